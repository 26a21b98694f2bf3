import CLibGit2
import Foundation

/// Writing files.
enum Checkout {
    /// Writes the files of a commit into a new workspace and an index that says so.
    ///
    /// `sparse` as in `CheckoutOptions`.
    static func write(
        _ commit: CommitID,
        in workspace: Repository,
        sparse: CheckoutOptions.Sparse?,
        subject: String
    ) throws(GitError) {
        let tree = try workspace.tree(of: commit)
        try Folders.removeLinks(
            inPlaceOfFoldersOf: workspace.changedPaths(from: nil, to: commit),
            in: workspace.name,
            subject: subject
        )
        var options = try makeOptions(subject)
        options.checkout_strategy = GIT_CHECKOUT_FORCE.rawValue
        let selection: any SparseSelection
        switch sparse {
        case .folders(let folders) where !SparseCone(folders).isEverything: selection = SparseCone(folders)
        case .patterns(let lines): selection = SparsePatterns(lines)
        case .folders, nil:
            return try git(subject) { git_checkout_tree(workspace.handle, tree.pointer, &options) }
        }
        let index = try make(subject, free: git_index_free) { git_repository_index(&$0, workspace.handle) }
        try git(subject) { git_index_read_tree(index.pointer, tree.pointer) }
        let paths = try selection.divide(index.pointer, subject: subject)
        options.checkout_strategy |= GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH.rawValue
        try withStrings(paths) { list throws(GitError) in
            options.paths = list
            // An empty list would stand for everything.
            guard !paths.isEmpty else { return }
            try git(subject) { git_checkout_tree(workspace.handle, tree.pointer, &options) }
        }
        try selection.skipOthers(index.pointer, subject: subject)
        try git(subject) { git_index_write(index.pointer) }
        try workspace.setConfig("core.sparseCheckout", "true")
        try workspace.setConfig("core.sparseCheckoutCone", type(of: selection).isCone ? "true" : "false")
        try Folders.write(
            selection.patterns,
            to: "\(workspace.gitDirectory)/info/sparse-checkout",
            subject: subject
        )
    }

    /// Moves files from the commit that `HEAD` names to another, and touches nothing where a file of somebody
    /// else would be lost: then the paths in question are given back.
    static func advance(
        _ repository: Repository,
        to commit: CommitID,
        subject: String
    ) throws(GitError) -> [String] {
        let tree = try repository.tree(of: commit)
        let conflicts = Conflicts()
        var options = try makeOptions(subject)
        options.checkout_strategy = GIT_CHECKOUT_SAFE.rawValue | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED.rawValue
        options.notify_flags = GIT_CHECKOUT_NOTIFY_CONFLICT.rawValue
        options.notify_payload = Unmanaged.passUnretained(conflicts).toOpaque()
        options.notify_cb = { _, path, _, _, _, payload in
            guard let payload, let path else { return 0 }
            Unmanaged<Conflicts>.fromOpaque(payload).takeUnretainedValue().paths.append(String(cString: path))
            return 0
        }
        let code = withExtendedLifetime(conflicts) {
            git_checkout_tree(repository.handle, tree.pointer, &options)
        }
        if code == GIT_ECONFLICT.rawValue { return conflicts.paths.sorted() }
        try git(subject) { code }
        return []
    }

    /// Writes the files of `HEAD` over whatever is there.
    static func restore(_ repository: Repository, subject: String) throws(GitError) {
        var options = try makeOptions(subject)
        options.checkout_strategy = GIT_CHECKOUT_FORCE.rawValue
        try git(subject) { git_checkout_head(repository.handle, &options) }
    }

    private final class Conflicts {
        var paths: [String] = []
    }

    private static func makeOptions(_ subject: String) throws(GitError) -> git_checkout_options {
        var options = git_checkout_options()
        try git(subject) { git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION)) }
        return options
    }
}
