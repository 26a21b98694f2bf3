import Expressions
import Foundation
import Git
import Store
import Workflows

extension JobRunner {
    static let deepest = 10

    // MARK: Fetching

    /// Fetches every remote action that the steps name, and those that they name in turn, before the first step runs.
    ///
    /// - Parameters:
    ///   - origin: Where the file with the steps was taken from; nil for the workflow itself.
    ///   - number: The step whose log tells of it.
    ///   - stop: Ends the waiting; without one what ends the job's set-up.
    func fetchActions(
        of steps: [Step],
        within origin: ActionOrigin? = nil,
        number: Int = 1,
        stop: StopSignal? = nil
    ) async throws {
        let stop = stop ?? setUpStop
        var open = steps.map { (step: $0, origin: origin, depth: 0) }
        while !open.isEmpty {
            let (step, origin, depth) = open.removeFirst()
            if case .parallel(let inner) = step.action { open += inner.map { ($0, origin, depth) } }
            guard case .uses(let written, _) = step.action else { continue }
            let reference = meant(written, within: origin)
            switch reference.form {
            case .local: continue
            case .image:
                throw ActionError(action: reference.text, reason: ActionLoader.needsContainers)
            case .sameRepository, .repository:
                guard builtIn(for: reference) == nil, fetchedActions[reference.text] == nil else { continue }
                guard depth < Self.deepest else {
                    throw ActionError(
                        action: reference.text,
                        reason: "composite actions are nested more than 10 deep"
                    )
                }
                let action = try await fetch(reference, number: number, stop: stop)
                fetchedActions[reference.text] = action
                if case .composite(let inner) = action.manifest.runs {
                    open += inner.map { ($0, action.origin, depth + 1) }
                }
            }
        }
    }

    /// What a reference stands for where it is written: `$/` in a file of another repository is there.
    func meant(_ reference: ActionReference, within origin: ActionOrigin?) -> ActionReference {
        guard case .sameRepository(let path) = reference.form, let origin = origin ?? workflowOrigin,
            !origin.ref.isEmpty,
            origin.repository != order.facts.repository.fullName || origin.ref != order.facts.sha
        else { return reference }
        let parts = origin.repository.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return reference }
        return ActionReference(
            text: "\(origin.repository)/\(path)@\(origin.ref)",
            location: reference.location,
            form: .repository(owner: parts[0], name: parts[1], path: path, ref: origin.ref)
        )
    }

    /// Where the workflow's file was taken from; nil where it is of the run's own repository.
    private var workflowOrigin: ActionOrigin? {
        let origin = order.origin
        return origin.folder.map { _ in ActionOrigin(repository: origin.repository, ref: origin.ref) }
    }

    /// The action that a step uses, where it was fetched; nil for what flowrun serves itself, and what is not known yet.
    func fetched(for step: Step, within origin: ActionOrigin?) -> FetchedAction? {
        guard case .uses(let written, _) = step.action else { return nil }
        return fetchedActions[meant(written, within: origin).text]
    }

    func builtIn(for reference: ActionReference) -> (any BuiltInAction)? {
        guard services.usesBuiltInActions, case .repository(let owner, let name, let path, _) = reference.form
        else {
            return nil
        }
        let full = path.isEmpty ? "\(owner)/\(name)" : "\(owner)/\(name)/\(path)"
        return BuiltInActions.named(full)
    }

    private func fetch(
        _ reference: ActionReference,
        number: Int,
        stop: StopSignal
    ) async throws -> FetchedAction {
        let action: FetchedAction
        switch reference.form {
        case .repository(let owner, let name, let path, let ref):
            let folder = try await copied(owner: owner, name: name, ref: ref, number: number, stop: stop)
            action = try ActionLoader.load(
                path.isEmpty ? folder : "\(folder)/\(path)",
                name: reference.text,
                repository: "\(owner)/\(name)",
                ref: ref
            )
        case .sameRepository(let path):
            let source = order.facts.repository.source
            let commit = order.facts.sha
            let folder = folders.actions + "/self"
            if !FileManager.default.fileExists(atPath: folder) {
                try JobFolders.make(folder)
                try await BlockingWork.run {
                    let revision = try Repository.resolve(commit, of: source)
                    try Repository.fetchTree(of: source, at: revision, into: folder)
                }
            }
            action = try ActionLoader.load(
                "\(folder)/\(path)",
                name: reference.text,
                repository: order.facts.repository.fullName,
                ref: commit
            )
        case .local, .image:
            throw ActionError(action: reference.text, reason: "is not an action of a repository")
        }
        try ActionLoader.checkRunnable(action, name: reference.text)
        return action
    }

    /// The job's own copy of an action's repository, which the action may change as it likes.
    private func copied(
        owner: String,
        name: String,
        ref: String,
        number: Int,
        stop: StopSignal
    ) async throws -> String {
        let key = "\(owner)/\(name)".lowercased() + "@\(ref)"
        if let folder = actionFolders[key] { return folder }
        let store = ActionStore(
            home: services.home,
            sources: services.actionSources,
            lock: order.facts.actionLock,
            isLocked: services.isLocked,
            isOffline: services.isOffline
        )
        let actions = folders.actions
        let (commit, folder) = try await BlockingWork.run(until: stop) {
            let stored = try store.fetch(owner: owner, name: name, ref: ref)
            let own = "\(actions)/\(stored.commit.hex)"
            guard !FileManager.default.fileExists(atPath: own) else { return (stored.commit, own) }
            // Steps that run side by side may want the same action: the first copy that is whole is the one.
            let fresh = "\(own).\(UUID().uuidString)"
            try FileManager.default.copyItem(atPath: stored.folder, toPath: fresh)
            guard rename(fresh, own) == 0 || errno == EEXIST || errno == ENOTEMPTY else {
                throw FolderError(path: own, reason: String(cString: strerror(errno)))
            }
            return (stored.commit, own)
        }
        line("Download action repository '\(owner)/\(name)@\(ref)' (SHA:\(commit.hex))", step: number)
        actionFolders[key] = folder
        return folder
    }

    // MARK: Using

    /// What a reference names: an action of the workspace, read now, or one that was fetched when the job was set up.
    func action(of reference: ActionReference, _ call: StepCall) async throws -> FetchedAction {
        if case .local(let path) = reference.form { return try await local(path, as: reference, call) }
        guard let fetched = fetchedActions[reference.text] else {
            throw ActionError(action: reference.text, reason: "it was not fetched when the job was set up")
        }
        return fetched
    }

    /// Runs a `uses` step.
    func use(_ written: ActionReference, _ call: StepCall) async throws -> StepEnding {
        let origin = call.frame.action.map { ActionOrigin(repository: $0.repository, ref: $0.ref) }
        let reference = meant(written, within: origin)
        if let builtIn = builtIn(for: reference) {
            let call = reference.origin.map(call.of) ?? call
            let given = try given(to: call)
            announce(given, call)
            trail.journal?.settle()
            return try await run(builtIn, as: reference, given: given, call)
        }
        let action = try await action(of: reference, call)
        let call = call.of(action.origin)
        switch action.manifest.runs {
        case .composite(let steps): return try await runComposite(steps, of: action, call)
        case .javascript(let using, let main, _, _, _, _):
            return try await runJavaScript(main, using: using, of: action, call)
        case .container: throw ActionError(action: reference.text, reason: ActionLoader.needsContainers)
        }
    }

    /// An action of the workspace: it is known, and what it uses is fetched, only now that its step starts.
    func local(
        _ path: String,
        as reference: ActionReference,
        _ call: StepCall
    ) async throws -> FetchedAction {
        let folder = URL(fileURLWithPath: "\(folders.workspace)/\(path)").standardizedFileURL.path
        let action = try ActionLoader.load(folder, name: reference.text, repository: "", ref: "")
        try ActionLoader.checkRunnable(action, name: reference.text)
        if case .composite(let inner) = action.manifest.runs {
            try await fetchActions(
                of: inner,
                within: action.origin,
                number: call.number,
                stop: call.stop
            )
        }
        if hasPre(action) {
            warn("`pre` execution is not supported for local action from '\(reference.text)'", call)
        }
        return action
    }

    // MARK: Telling

    /// Opens the log of an action with what it is given, as GitHub does.
    func announce(_ inputs: ActionInputs, _ call: StepCall) { announce(inputs.values, call) }

    private func announce(_ inputs: [(name: String, value: String)], _ call: StepCall) {
        guard case .uses(let reference, _) = call.step.action else { return }
        var lines = ["##[group]Run \(reference.text)"]
        let told = inputs.filter { !$0.value.isEmpty }
        if !told.isEmpty { lines += ["with:"] + told.map { "  \($0.name): \($0.value)" } }
        let env = visibleVariables(in: call.frame).defined + (call.frame.action?.env ?? []) + call.env
        let last = Dictionary(env.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        let shown = env.enumerated().filter { last[$1.name] == $0 }.map(\.element)
        if !shown.isEmpty { lines += ["env:"] + shown.map { "  \($0.name): \($0.value)" } }
        lines.append("##[endgroup]")
        line(lines.joined(separator: "\n"), step: call.number)
    }

    func warn(_ message: String, _ call: StepCall) {
        let message = masker.maskedText(message)
        line("##[warning]\(message)", step: call.number)
        recorder.annotation(Annotation(level: .warning, message: message, step: call.number))
    }
}
