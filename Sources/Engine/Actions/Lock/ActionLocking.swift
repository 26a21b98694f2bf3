import Foundation
import Git
package import Store
package import Workflows

/// Finds the actions of other repositories that workflows use, and what they stand for at this moment.
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

    /// The lock of all that the workflows use, also inside of called workflows and composite actions, but for what
    /// flowrun serves itself.
    ///
    /// An action of the workspace that is not in the repository's folder is passed over: a step may make it.
    ///
    /// - Throws: The first action that cannot be had, and why.
    package func lock(_ workflows: [Workflow]) throws -> ActionLock {
        var entries: [String: ActionLock.Entry] = [:]
        var seen: Set<String> = []
        var open = try steps(of: workflows) { try Self.record($0, in: &entries) }
        while let (step, origin) = open.popLast() {
            if case .parallel(let inner) = step.action { open += inner.map { ($0, origin) } }
            guard case .uses(let reference, _) = step.action,
                let used = try find(reference.form, origin)
            else { continue }
            try Self.record(used, in: &entries)
            guard seen.insert(used.path).inserted else { continue }
            let inner = Origin(folder: used.folder, name: used.name)
            open += try innerSteps(of: used, reference).map { ($0, inner) }
        }
        return ActionLock(Array(entries.values))
    }

    /// The steps of workflows and of those that they call, each with the repository whose file has it.
    private func steps(
        of workflows: [Workflow],
        record: (Used) throws -> Void
    ) throws -> [(step: Step, origin: Origin)] {
        var steps: [(step: Step, origin: Origin)] = []
        var seen: Set<String> = []
        var open = workflows.map { (workflow: $0, origin: Origin(folder: root, name: nil)) }
        while let (workflow, origin) = open.popLast() {
            for job in workflow.jobs {
                switch job.kind {
                case .steps(let job): steps += job.steps.map { ($0, origin) }
                case .call(let call):
                    guard let used = try find(call, origin), seen.insert(used.path).inserted else { continue }
                    try record(used)
                    guard let text = PlainFile.text(of: used.path),
                        let called = WorkflowReader.read(text, file: call.uses.value).value
                    else { continue }
                    open.append((called, Origin(folder: used.folder, name: used.name)))
                }
            }
        }
        return steps
    }

    private static func record(_ used: Used, in entries: inout [String: ActionLock.Entry]) throws {
        guard let name = used.name, let commit = used.commit, entries[ActionLock.key(of: name)] == nil else {
            return
        }
        entries[ActionLock.key(of: name)] = ActionLock.Entry(
            action: name,
            commit: commit,
            tree: try TreeDigest.of(used.folder)
        )
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
        /// The action's own folder, or the called workflow's file.
        var path: String
    }

    /// A called workflow; `./` is beside the caller there, not in the workspace.
    private func find(_ call: WorkflowCall, _ origin: Origin) throws -> Used? {
        let uses = call.uses.value
        guard uses.hasPrefix("./") || uses.hasPrefix("$/") else {
            return try ActionReference.Form(uses).flatMap { try find($0, origin) }
        }
        return Used(folder: origin.folder, name: origin.name, path: "\(origin.folder)/\(uses.dropFirst(2))")
    }

    private func find(_ form: ActionReference.Form, _ origin: Origin) throws -> Used? {
        switch form {
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
}
