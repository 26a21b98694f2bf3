import CLibGit2
import Foundation

extension Repository {
    /// Makes a repository with files of its own for a job, at one commit.
    ///
    /// `HEAD` is on the branch for a `ref` below `refs/heads/` and detached otherwise; the branch follows
    /// `origin/<branch>`, which stands at the commit too. A `.git` that is there is replaced, so nothing that
    /// an earlier job left in it (settings, hooks) lives on. On failure no `.git` is left behind.
    @discardableResult
    package static func makeWorkspace(
        from source: WorkspaceSource,
        at commit: CommitID,
        ref: String? = nil,
        into folder: String,
        options: CheckoutOptions = CheckoutOptions(),
        credentials: Credentials = .none
    ) throws(GitError) -> Repository {
        let subject = "check out \(commit.short) into `\(folder)`"
        if let ref {
            guard RefName.isValidFull(ref) else {
                throw GitError(
                    reason: .invalidName,
                    subject: subject,
                    message: "`\(RefName.excerpt(ref))` is not a full name of a ref"
                )
            }
        }
        let former = options.former == .replaced ? trackedPaths(in: folder) : []
        try Folders.prepare(folder, emptied: options.former == .removed, subject: subject)
        do throws(GitError) {
            let branch = ref.flatMap(WorkspaceRefs.branch(of:))
            let workspace = try initialise(at: folder, initialBranch: branch ?? "main")
            try workspace.locked { () throws(GitError) in
                let maker = WorkspaceMaker(
                    workspace: workspace,
                    commit: commit,
                    ref: ref,
                    options: options,
                    credentials: credentials,
                    subject: subject
                )
                try maker.fill(from: source)
                if !former.isEmpty {
                    let present = Set(try workspace.trackedPaths())
                    Folders.removeFiles(former.filter { !present.contains($0) }, in: folder)
                }
            }
            return workspace
        } catch {
            try? FileManager.default.removeItem(atPath: "\(folder)/.git")
            throw error
        }
    }
}

/// The steps of making one workspace, in order.
private struct WorkspaceMaker {
    let workspace: Repository
    let commit: CommitID
    let ref: String?
    let options: CheckoutOptions
    let credentials: Credentials
    let subject: String

    func fill(from source: WorkspaceSource) throws(GitError) {
        var roots: Set<CommitID> = []
        switch source {
        case .local(let path, let extraObjects):
            roots = try share(path, extraObjects: extraObjects)
        case .remote(let text):
            try fetch(text)
        }
        guard try workspace.contains(commit) else {
            throw GitError(
                reason: .notFound,
                subject: subject,
                message: "the source does not have this commit"
            )
        }
        try writeSettings(origin: options.originURL ?? source.address)
        try writeRefs()
        try writeShallow(sourceRoots: roots)
        try Checkout.write(commit, in: workspace, sparse: options.sparse, subject: subject)
    }

    /// Uses the objects of a repository of this machine; gives the commits at which its own history is cut
    /// off.
    private func share(_ path: String, extraObjects: [String]) throws(GitError) -> Set<CommitID> {
        let source = try Repository(at: path)
        try Folders.writeAlternates(
            ["\(source.commonDirectory)/objects"] + extraObjects,
            of: workspace,
            subject: subject
        )
        if options.depth == 0 || options.fetchTags {
            var refs = try source.storedReferences()
            if options.depth != 0 { refs = refs.filter { $0.name.hasPrefix("refs/tags/") } }
            try WorkspaceRefs.writePacked(WorkspaceRefs.asSeenByClone(refs), of: workspace, subject: subject)
        }
        return try Folders.shallowCommits(of: source)
    }

    /// Downloads what leads to the commit.
    ///
    /// All of its history comes, as libgit2 cannot cut it short on the way.
    private func fetch(_ text: String) throws(GitError) {
        let address = try RemoteAddress(text)
        if options.depth != 0, let ref, ref.hasPrefix("refs/heads/") || ref.hasPrefix("refs/tags/") {
            let rule = "+\(ref):\(WorkspaceRefs.tracking(ref))"
            do throws(GitError) {
                try workspace.fetch(
                    from: address,
                    [rule],
                    allTags: options.fetchTags,
                    credentials: credentials
                )
                if try workspace.contains(commit) { return }
            } catch {
                guard error.reason == .notFound else { throw error }
            }
        }
        try workspace.fetch(
            from: address,
            ["+refs/heads/*:refs/remotes/origin/*"],
            allTags: true,
            credentials: credentials
        )
        guard try !workspace.contains(commit) else { return }
        // A commit that no branch leads to, such as that of a pull request: some servers give it by its id.
        try workspace.fetch(
            from: address,
            ["+\(commit):refs/flowrun/fetched"],
            credentials: credentials
        )
        try workspace.removeReference("refs/flowrun/fetched")
    }

    private static let receivePack = "git -c receive.denyCurrentBranch=updateInstead receive-pack"

    private func writeSettings(origin: String) throws(GitError) {
        try workspace.setConfig("remote.origin.url", origin)
        try workspace.setConfig("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        // A `git push` of a step moves a checked-out branch of this machine with its files, if these are clean, as our own
        // push does; without this git refuses to move it at all.
        if origin.hasPrefix("/") { try workspace.setConfig("remote.origin.receivepack", Self.receivePack) }
        // A job's repository is short-lived, and objects that it borrows must not be repacked into it.
        try workspace.setConfig("gc.auto", "0")
        if let branch = ref.flatMap(WorkspaceRefs.branch(of:)) {
            try workspace.setConfig("branch.\(branch).remote", "origin")
            try workspace.setConfig("branch.\(branch).merge", "refs/heads/\(branch)")
        }
    }

    private func writeRefs() throws(GitError) {
        let message = "checkout: \(commit)"
        if let ref {
            let tracking = WorkspaceRefs.tracking(ref)
            let present = try workspace.commitOfReference(tracking)
            // An annotated tag that the source has brought keeps its own object.
            if present != commit {
                try workspace.setReference(tracking, to: commit, message: message)
            }
            if ref.hasPrefix("refs/heads/") {
                try workspace.setReference(ref, to: commit, message: message)
                return try git(subject) { git_repository_set_head(workspace.handle, ref) }
            }
        }
        var oid = commit.oid
        try git(subject) { git_repository_set_head_detached(workspace.handle, &oid) }
    }

    /// Cuts the history that `git` sees, as a fetch of this depth would; the objects behind the cut may be
    /// there.
    private func writeShallow(sourceRoots: Set<CommitID>) throws(GitError) {
        var cut = sourceRoots
        if options.depth > 0 {
            var level: Set<CommitID> = [commit]
            var seen = level
            var roots: Set<CommitID> = []
            for depth in 1...options.depth where !level.isEmpty {
                var next: Set<CommitID> = []
                for id in level {
                    if sourceRoots.contains(id) {
                        roots.insert(id)
                        continue
                    }
                    let parents = try workspace.commit(id).parents
                    if depth == options.depth, !parents.isEmpty { roots.insert(id) }
                    next.formUnion(parents)
                }
                level = next.subtracting(seen)
                seen.formUnion(next)
            }
            cut = roots
        }
        guard !cut.isEmpty else { return }
        let lines = cut.map(\.hex).sorted().map { $0 + "\n" }.joined()
        try Folders.write(lines, to: "\(workspace.gitDirectory)/shallow", subject: subject)
    }
}

extension WorkspaceSource {
    fileprivate var address: String {
        switch self {
        case .local(let path, _): path
        case .remote(let url): url
        }
    }
}
