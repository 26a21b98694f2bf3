import Foundation
import Git
package import Store
package import Workflows

/// Finds the actions and workflows of other repositories that workflows use, and what they stand for at this moment.
package struct ActionLocking {
    private let store: ActionStore
    private let usesBuiltInActions: Bool
    /// The folder of the repository, where the actions of `./` and `$/` are.
    private let root: String

    package init(
        of root: String,
        home: FlowrunHome,
        actionSources: [String],
        usesBuiltInActions: Bool
    ) {
        self.root = root
        self.usesBuiltInActions = usesBuiltInActions
        store = ActionStore(home: home, sources: actionSources)
    }

    /// The lock of all that the workflows use, also inside of composite actions and of what they call, but for what flowrun
    /// serves itself.
    ///
    /// An action of the workspace that is not in the repository's folder is passed over: a step may make it.
    ///
    /// - Throws: The first action that cannot be had, and why.
    package func lock(_ workflows: [Workflow]) throws -> ActionLock {
        var entries: [String: ActionLock.Entry] = [:]
        var seen: Set<String> = []
        func take(_ used: Used) throws {
            guard let name = used.name, let commit = used.commit, entries[ActionLock.key(of: name)] == nil
            else { return }
            entries[ActionLock.key(of: name)] = ActionLock.Entry(
                action: name,
                commit: commit,
                tree: try TreeDigest.of(used.folder)
            )
        }
        var open: [(step: Step, origin: Origin)] = []
        var files = workflows.map { (workflow: $0, origin: Origin(folder: root, name: nil)) }
        while let (workflow, origin) = files.popLast() {
            open += Self.steps(of: workflow).map { ($0, origin) }
            for case .call(let call) in workflow.jobs.map(\.kind) {
                guard let used = try find(call, origin) else { continue }
                try take(used)
                guard seen.insert(used.path).inserted else { continue }
                files.append((try called(used, call), Origin(folder: used.folder, name: used.name)))
            }
        }
        while let (step, origin) = open.popLast() {
            if case .parallel(let inner) = step.action { open += inner.map { ($0, origin) } }
            guard case .uses(let reference, _) = step.action, let used = try find(reference, origin) else {
                continue
            }
            try take(used)
            guard seen.insert(used.path).inserted else { continue }
            let inner = Origin(folder: used.folder, name: used.name)
            open += try innerSteps(of: used, reference).map { ($0, inner) }
        }
        return ActionLock(Array(entries.values))
    }

    /// A repository whose file says `uses`.
    private struct Origin {
        var folder: String
        /// `owner/repo@ref`; nil for the repository itself.
        var name: String?
    }

    private struct Used {
        var folder: String
        var name: String?
        var commit: CommitID?
        /// The action's own folder.
        var path: String
    }

    private func find(_ reference: ActionReference, _ origin: Origin) throws -> Used? {
        switch reference.form {
        case .image: return nil
        case .local(let path): return Used(folder: root, path: "\(root)/\(path)")
        case .sameRepository(let path):
            return Used(folder: origin.folder, name: origin.name, path: "\(origin.folder)/\(path)")
        case .repository(let owner, let name, let path, let ref):
            let full = path.isEmpty ? "\(owner)/\(name)" : "\(owner)/\(name)/\(path)"
            if usesBuiltInActions, BuiltInActions.named(full) != nil { return nil }
            let stored = try store.fetch(owner: owner, name: name, ref: ref)
            return Used(
                folder: stored.folder,
                name: "\(owner)/\(name)@\(ref)",
                commit: stored.commit,
                path: path.isEmpty ? stored.folder : "\(stored.folder)/\(path)"
            )
        }
    }

    /// The file that a job calls: a path is about the repository whose file says it, not about the workspace.
    private func find(_ call: WorkflowCall, _ origin: Origin) throws -> Used? {
        guard let form = ActionReference.Form(call.uses.value) else { return nil }
        var reference = ActionReference(text: call.uses.value, location: call.uses.location, form: form)
        if case .local(let path) = form { reference.form = .sameRepository(path: path) }
        return try find(reference, origin)
    }

    private func called(_ used: Used, _ call: WorkflowCall) throws -> Workflow {
        guard let text = PlainFile.text(of: used.path) else {
            throw ActionError(action: call.uses.value, reason: "there is no such workflow")
        }
        let reading = WorkflowReader.read(text, file: call.uses.value)
        guard let workflow = reading.value else {
            throw ActionError(
                action: call.uses.value,
                reason: reading.errors.map(\.summary).joined(separator: "; ")
            )
        }
        return workflow
    }

    private func innerSteps(of used: Used, _ reference: ActionReference) throws -> [Step] {
        let names = ["action.yml", "action.yaml"]
        if used.name == nil,
            !names.contains(where: { FileManager.default.fileExists(atPath: "\(used.path)/\($0)") })
        {
            return []
        }
        let action = try ActionLoader.load(used.path, name: reference.text, repository: "", ref: "")
        if case .composite(let steps) = action.manifest.runs { return steps }
        return []
    }

    private static func steps(of workflow: Workflow) -> [Step] {
        workflow.jobs.flatMap { job -> [Step] in
            if case .steps(let job) = job.kind { job.steps } else { [] }
        }
    }
}
