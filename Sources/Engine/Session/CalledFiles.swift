import Foundation
import Git
import Workflows
import YAML

/// The workflow files that a run calls, each read once.
///
/// Those of its own repository come from the event's commit, those of others are fetched as actions are. It reads and
/// fetches as it is asked, so it belongs on a thread that may wait.
final class CalledFiles {
    /// Why a workflow is not at hand.
    enum Absence: Error {
        case missing
        case unreachable(String)
    }

    struct File {
        var file: WorkflowFile
        /// The path in the file's own repository.
        var path: String
        var origin: WorkflowOrigin
    }

    private let own: (String) throws -> String?
    private let store: ActionStore
    private var files: [String: Result<File, Absence>] = [:]
    private var folders: [String: Result<WorkflowOrigin, Absence>] = [:]
    private var trees: [String: WorkflowTree] = [:]

    /// - Parameter own: The text of a file of the run's own repository, by its path; `nil` where there is none.
    init(store: ActionStore, own: @escaping (String) throws -> String?) {
        self.store = store
        self.own = own
    }

    // MARK: What is wrong

    /// What is wrong with a workflow's calls, all the way down.
    func faults(of workflow: Workflow, from origin: WorkflowOrigin) -> [Diagnostic] {
        calls(from: origin).faults(of: workflow)
    }

    private func calls(from origin: WorkflowOrigin) -> CalledWorkflows {
        let home = origin.folder == nil ? "" : "\(origin.repository)@\(origin.ref)"
        return CalledWorkflows(home: home) { uses in
            do throws(Absence) {
                let found = try self.find(uses, from: origin)
                let reading = Reading(found.file.workflow, found.file.diagnostics)
                guard found.origin != origin else { return .found(reading) }
                return .fetched(reading, calls: self.calls(from: found.origin))
            } catch {
                switch error {
                case .missing: return .missing
                case .unreachable(let reason): return .unreachable(reason)
                }
            }
        }
    }

    /// The files that the faults are in, with their texts; those that were not read here are left out.
    func files(with faults: [Diagnostic]) -> [WorkflowFile] {
        var found: [WorkflowFile] = []
        for case .success(var file) in files.values.sorted(by: { $0.shownPath < $1.shownPath }) {
            file.file.diagnostics = faults.filter { $0.location.file == file.file.path }
            if !file.file.diagnostics.isEmpty { found.append(file.file) }
        }
        return found
    }

    // MARK: What there is

    /// A workflow with all that it calls; of faults there must be none.
    func tree(of file: WorkflowFile, from origin: WorkflowOrigin) throws -> WorkflowTree? {
        try tree(of: File(file: file, path: file.path, origin: origin))
    }

    private func tree(of file: File) throws -> WorkflowTree? {
        if let known = trees[file.file.path] { return known }
        guard let workflow = file.file.workflow else { return nil }
        var tree = WorkflowTree(
            workflow: workflow,
            text: file.file.text,
            path: file.path,
            origin: file.origin,
            secretNames: file.file.secretNames
        )
        for case .call(let call) in workflow.jobs.map(\.kind) where tree.called[call.uses.value] == nil {
            tree.called[call.uses.value] = try self.tree(of: try find(call.uses.value, from: file.origin))
        }
        trees[file.file.path] = tree
        return tree
    }

    /// The file that a reference in a file of this origin leads to.
    private func find(_ uses: String, from origin: WorkflowOrigin) throws(Absence) -> File {
        guard uses.hasPrefix("./") || uses.hasPrefix("$/") else {
            guard case .repository(let owner, let name, let path, let ref)? = ActionReference.Form(uses)
            else {
                throw .missing
            }
            return try read(path, from: try fetched(owner: owner, name: name, ref: ref))
        }
        return try read(String(uses.dropFirst(2)), from: origin)
    }

    private func read(_ path: String, from origin: WorkflowOrigin) throws(Absence) -> File {
        let shown = origin.folder == nil ? path : "\(origin.repository)/\(path)@\(origin.ref)"
        if let known = files[shown] { return try known.get() }
        let result = Result { () throws(Absence) in
            guard let text = try text(of: path, from: origin) else { throw .missing }
            return File(file: WorkflowFile(path: shown, text: text), path: path, origin: origin)
        }
        files[shown] = result
        return try result.get()
    }

    private func text(of path: String, from origin: WorkflowOrigin) throws(Absence) -> String? {
        // A path that climbs out of its repository names nothing in it.
        guard !path.split(separator: "/").contains("..") else { return nil }
        do {
            guard let folder = origin.folder else { return try own(path) }
            // Nor does a link that leads out of it.
            let file = URL(fileURLWithPath: "\(folder)/\(path)").resolvingSymlinksInPath().path
            let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
            return file.hasPrefix(root + "/") ? PlainFile.text(of: file) : nil
        } catch {
            throw .unreachable("`\(path)` cannot be read: \(error)")
        }
    }

    private func fetched(owner: String, name: String, ref: String) throws(Absence) -> WorkflowOrigin {
        let key = "\(owner)/\(name)@\(ref)"
        if let known = folders[key] { return try known.get() }
        let result = Result { () throws(Absence) in
            do throws(ActionError) {
                let stored = try store.fetch(owner: owner, name: name, ref: ref)
                return WorkflowOrigin(
                    repository: "\(owner)/\(name)",
                    ref: ref,
                    sha: stored.commit.hex,
                    folder: stored.folder
                )
            } catch {
                throw .unreachable("unable to resolve the workflows of '\(key)': \(error.reason)")
            }
        }
        folders[key] = result
        return try result.get()
    }
}

extension Result<CalledFiles.File, CalledFiles.Absence> {
    fileprivate var shownPath: String {
        switch self {
        case .success(let file): file.file.path
        case .failure: ""
        }
    }
}
