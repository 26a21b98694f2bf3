import Expressions
import Foundation
import Git
import Store
import Workflows

extension JobRunner {
    /// Fetches every remote action that the steps name, and those that they name in turn, before the first step runs.
    func fetchActions(of steps: [Step]) async throws {
        var open = steps.map { (step: $0, depth: 0) }
        while !open.isEmpty {
            let (step, depth) = open.removeFirst()
            if case .parallel(let inner) = step.action { open += inner.map { ($0, depth) } }
            guard case .uses(let reference, _) = step.action else { continue }
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
                let action = try await fetch(reference)
                fetchedActions[reference.text] = action
                if case .composite(let inner) = action.manifest.runs {
                    open += inner.map { ($0, depth + 1) }
                }
            }
        }
    }

    private static let deepest = 10

    func builtIn(for reference: ActionReference) -> (any BuiltInAction)? {
        guard services.usesBuiltInActions, case .repository(let owner, let name, let path, _) = reference.form
        else {
            return nil
        }
        let full = path.isEmpty ? "\(owner)/\(name)" : "\(owner)/\(name)/\(path)"
        return BuiltInActions.named(full)
    }

    private func fetch(_ reference: ActionReference) async throws -> FetchedAction {
        let action: FetchedAction
        switch reference.form {
        case .repository(let owner, let name, let path, let ref):
            let store = ActionStore(home: services.home, sources: services.actionSources)
            let folder = try await BlockingWork.run(until: setUpStop) {
                try store.folder(owner: owner, name: name, ref: ref)
            }
            line("Download action repository '\(owner)/\(name)@\(ref)'", step: 1)
            action = try ActionLoader.load(
                path.isEmpty ? folder : "\(folder)/\(path)",
                name: reference.text,
                repository: "\(owner)/\(name)",
                ref: ref
            )
        case .sameRepository(let path):
            let source = order.origin.folder ?? order.facts.repository.source
            let commit = order.origin.sha
            let folder = folders.actions + "/self"
            if !FileManager.default.fileExists(atPath: folder) {
                try JobFolders.make(folder)
                try await BlockingWork.run { try Repository.fetchTree(of: source, at: commit, into: folder) }
            }
            action = try ActionLoader.load(
                "\(folder)/\(path)",
                name: reference.text,
                repository: order.origin.repository,
                ref: commit
            )
        case .local, .image:
            throw ActionError(action: reference.text, reason: "is not an action of a repository")
        }
        try ActionLoader.checkRunnable(action, name: reference.text)
        return action
    }

    /// Runs a `uses` step.
    func use(
        _ reference: ActionReference,
        with: Templated<Environment>?,
        step: Step,
        env: [(name: String, value: String)],
        frame: StepFrame,
        scope: Scope,
        github: GitHubContext,
        stop: StopSignal,
        number: Int
    ) async throws -> StepEnding {
        let given = try with?.evaluate(in: scope) ?? []
        announce(reference, given: given, number: number)
        if let builtIn = builtIn(for: reference) {
            return try await run(
                builtIn,
                as: reference,
                given: given,
                env: env,
                frame: frame,
                github: github,
                stop: stop,
                number: number
            )
        }
        let action: FetchedAction
        if case .local(let path) = reference.form {
            let folder = "\(folders.workspace)/\(path)"
            action = try ActionLoader.load(
                Self.standardised(folder),
                name: reference.text,
                repository: order.facts.repository.fullName,
                ref: ""
            )
            try ActionLoader.checkRunnable(action, name: reference.text)
            if case .composite(let inner) = action.manifest.runs { try await fetchActions(of: inner) }
        } else if let fetched = fetchedActions[reference.text] {
            action = fetched
        } else {
            throw ActionError(action: reference.text, reason: "it was not fetched when the job was set up")
        }
        guard case .composite(let steps) = action.manifest.runs else {
            throw ActionError(action: reference.text, reason: "is not a composite action")
        }
        return try await runComposite(
            steps,
            of: action,
            given: given,
            env: env,
            caller: frame,
            scope: scope,
            stop: stop,
            number: number
        )
    }

    private static func standardised(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private func announce(_ reference: ActionReference, given: [(name: String, value: String)], number: Int) {
        var lines = ["##[group]Run \(reference.text)"]
        if !given.isEmpty {
            lines.append("with:")
            lines += given.map { "  \($0.name): \($0.value)" }
        }
        lines.append("##[endgroup]")
        line(lines.joined(separator: "\n"), step: number)
    }

    /// Runs the steps of a composite action with inputs, results and a status of their own.
    private func runComposite(
        _ steps: [Step],
        of action: FetchedAction,
        given: [(name: String, value: String)],
        env: [(name: String, value: String)],
        caller: StepFrame,
        scope: Scope,
        stop: StopSignal,
        number: Int
    ) async throws -> StepEnding {
        let depth = (caller.action?.depth ?? 0) + 1
        guard depth <= Self.deepest else {
            throw StepFailure("composite actions are nested more than 10 deep")
        }
        var frame = StepFrame(inputs: try inputs(of: action, given: given, scope: scope, number: number))
        frame.aside = caller.aside
        frame.action = StepFrame.ActionFrame(
            path: action.path,
            repository: action.repository,
            ref: action.ref,
            depth: depth,
            env: (caller.action?.env ?? []) + env
        )
        for inner in steps {
            await runInner(inner, in: &frame, stop: stop, number: number)
        }
        var ending = StepEnding(outcome: .success)
        switch frame.status {
        case .success: break
        case .failure: ending.outcome = .failure
        case .cancelled: ending.outcome = .cancelled
        }
        var outer = self.scope(env: [], frame: frame)
        outer.functions = [:]
        for output in action.manifest.outputs {
            guard let value = output.value else { continue }
            ending.outputs.append((output.name, try value.evaluate(in: outer)))
        }
        return ending
    }

    /// One step of a composite action: as a step of a job, but without a record of its own.
    private func runInner(_ step: Step, in frame: inout StepFrame, stop: StopSignal, number: Int) async {
        if stop.reason == .force { return }
        if stop.reason != nil { frame.status = .cancelled }
        var github = githubContext(in: frame)
        github.action = step.id
        let env: [(name: String, value: String)]
        do {
            env = try evaluatedEnv(of: step, frame: frame, github: github)
        } catch {
            report(error, step: number)
            frame.status = .failure
            return
        }
        let scope = scope(env: env, frame: frame, github: github)
        var result = StepResult(outcome: .skipped, conclusion: .skipped)
        do {
            if try step.condition.evaluate(in: scope) {
                let ending = await perform(
                    step,
                    in: frame,
                    env: env,
                    github: github,
                    stop: stop,
                    number: number
                )
                result = StepResult(
                    outcome: ending.outcome,
                    conclusion: ending.outcome,
                    outputs: ending.outputs
                )
                if ending.outcome == .failure, let tolerates = step.continueOnError,
                    try tolerates.evaluate(in: scope)
                {
                    result.conclusion = .success
                }
            }
        } catch {
            report(StepFailure("The step's condition failed: \(error)"), step: number)
            result = StepResult(outcome: .failure, conclusion: .failure)
        }
        if step.hasExplicitID { frame.record(result, for: step.id) }
        switch result.conclusion {
        case .failure where frame.status == .success: frame.status = .failure
        case .cancelled: frame.status = .cancelled
        default: break
        }
    }

    /// The `inputs` of an action: given ones and defaults, all of them text.
    private func inputs(
        of action: FetchedAction,
        given: [(name: String, value: String)],
        scope: Scope,
        number: Int
    ) throws -> Value {
        let declared = action.manifest.inputs
        var values: [(key: String, value: Value)] = []
        for (name, _) in given where !declared.contains(where: { $0.name.lowercased() == name.lowercased() })
        {
            let known = declared.map { "'\($0.name)'" }.joined(separator: ", ")
            let message = "Unexpected input(s) '\(name)', valid inputs are [\(known)]"
            line("##[warning]\(message)", step: number)
            recorder.annotation(Annotation(level: .warning, message: message, step: number))
        }
        for input in declared {
            if let value = given.last(where: { $0.name.lowercased() == input.name.lowercased() })?.value {
                values.append((input.name, .string(value)))
                if let deprecation = input.deprecationMessage {
                    line(
                        "##[warning]Input '\(input.name)' has been deprecated with message: \(deprecation)",
                        step: number
                    )
                }
            } else {
                values.append((input.name, .string(try input.defaultValue?.evaluate(in: scope) ?? "")))
            }
        }
        return .object(ObjectValue(values))
    }
}
