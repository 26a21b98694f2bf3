import CLibGit2
import Foundation

/// A push to a repository of this machine, in steps that make it all or nothing.
///
/// 1. The objects are copied; unreferenced, they do no harm if the push ends here.
/// 2. The hooks of the repository are asked.
/// 3. The ref is locked and compared. From here on no other process of git can move it.
/// 4. Where its branch is checked out, the files are moved, if none is in the way.
/// 5. The ref is set and unlocked.
struct LocalPush {
    let source: Repository
    let commit: CommitID
    let ref: String
    let overwriting: Overwriting
    let signer: Signature?

    enum Ending {
        /// What the ref named before.
        case arrived(former: CommitID?)
        case refused(PushError.Reason)
    }

    func run(to path: String) throws(GitError) -> Ending {
        let destination = try Repository(at: path)
        let subject = "push \(commit.short) to `\(ref)` of `\(destination.name)`"
        let before = try destination.objectAt(ref)
        if before == commit { return .arrived(former: before) }
        if let refusal = try refusal(before: before) { return .refused(refusal) }
        try ObjectTransfer.copy(commit, from: source, to: destination)
        let hooks = ReceiveHooks(destination: destination, ref: ref, before: before, after: commit)
        if let refusal = try hooks.refusal() { return .refused(refusal) }

        let transaction = try make(subject, free: git_transaction_free) {
            git_transaction_new(&$0, destination.handle)
        }
        try lock(transaction.pointer, subject: subject)
        let present = try destination.objectAt(ref)
        guard present == before else {
            return .refused(overwriting.refusal(of: present) ?? .nonFastForward)
        }
        let place = try destination.placeCheckedOut(ref)
        if let place, let refusal = try advance(place, from: before, subject: subject) {
            return .refused(refusal)
        }
        var oid = commit.oid
        let signer = try destination.signer(signer)
        try signer.withGit { signature throws(GitError) in
            try git(subject) {
                git_transaction_set_target(transaction.pointer, ref, &oid, signature, "push: by flowrun")
            }
        }
        do throws(GitError) {
            try git(subject) { git_transaction_commit(transaction.pointer) }
        } catch {
            // A full disk, say. The files were clean, so what `HEAD` still names is what they were.
            if let place, before != nil { try Checkout.restore(place, subject: subject) }
            throw error
        }
        try hooks.tell()
        return .arrived(former: before)
    }

    /// Locks the ref; other processes hold such a lock for a moment only.
    private func lock(_ transaction: OpaquePointer, subject: String) throws(GitError) {
        for attempt in 1... {
            do throws(GitError) {
                return try git(subject) { git_transaction_lock_ref(transaction, ref) }
            } catch {
                guard error.reason == .locked, attempt < 20 else { throw error }
                pause(.milliseconds(Int.random(in: 25...75)))
            }
        }
    }

    /// Why the ref must not go from where it is to the commit, if so.
    private func refusal(before: CommitID?) throws(GitError) -> PushError.Reason? {
        guard overwriting == .nothing else { return overwriting.refusal(of: before) }
        guard let before else { return nil }
        if ref.hasPrefix("refs/tags/") { return .refused("the tag is there already, on \(before.short)") }
        // What the source does not have, the commit can not follow from.
        guard try source.contains(before), try source.isAncestor(before, of: commit) else {
            return .nonFastForward
        }
        return nil
    }

    /// Moves the files of a working folder from its `HEAD` to the commit.
    private func advance(
        _ place: Repository,
        from before: CommitID?,
        subject: String
    ) throws(GitError) -> PushError.Reason? {
        guard let workTree = place.workTree else { return nil }
        guard git_repository_state(place.handle) == Int32(GIT_REPOSITORY_STATE_NONE.rawValue) else {
            return .refused("a merge, rebase or the like is under way in `\(workTree)`")
        }
        guard !FileManager.default.fileExists(atPath: "\(place.gitDirectory)/index.lock") else {
            return .refused("another process of git is at work in `\(workTree)`")
        }
        let changed = try place.changedFiles(includingUntracked: false)
        guard changed.isEmpty else { return .checkedOutBranchNotClean(changed.map(\.path)) }
        let blocked = try place.untrackedFilesInTheWay(from: before, to: commit)
        guard blocked.isEmpty else { return .checkedOutBranchNotClean(blocked) }
        let conflicts = try Checkout.advance(place, to: commit, subject: subject)
        return conflicts.isEmpty ? nil : .checkedOutBranchNotClean(conflicts)
    }
}

extension Repository {
    /// The object that a ref names itself, nil where there is no such ref.
    func objectAt(_ ref: String) throws(GitError) -> CommitID? {
        try locked { () throws(GitError) in
            var oid = git_oid()
            let code = git_reference_name_to_id(&oid, handle, ref)
            if code == GIT_ENOTFOUND.rawValue { return nil }
            try git("read `\(ref)` of `\(name)`") { code }
            return CommitID(oid)
        }
    }

    /// The working folder, of all that belong to this repository, whose `HEAD` is on a branch; nil where none
    /// is.
    func placeCheckedOut(_ ref: String) throws(GitError) -> Repository? {
        for place in try workingFolders() {
            if try place.head().ref == ref { return place }
            // While a branch is rebased or searched, `HEAD` is detached, and the branch must stay where it is.
            for state in ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"] {
                guard let text = FileManager.default.contents(atPath: "\(place.gitDirectory)/\(state)")
                else { continue }
                let branch = String(decoding: text, as: UTF8.self).filter { !$0.isNewline }
                if branch == ref || "refs/heads/\(branch)" == ref { return place }
            }
        }
        return nil
    }

    /// The main working folder and the linked ones.
    private func workingFolders() throws(GitError) -> [Repository] {
        let subject = "list the working folders of `\(name)`"
        var found: [Repository] = []
        let main = try main()
        if !main.isBare { found.append(main) }
        var names = git_strarray()
        try git(subject) { git_worktree_list(&names, handle) }
        for name in take(&names) {
            let worktree = try make(subject, free: git_worktree_free) {
                git_worktree_lookup(&$0, handle, name)
            }
            // The folder of a linked one may have been deleted by hand.
            guard git_worktree_validate(worktree.pointer) == 0 else { continue }
            var place: OpaquePointer?
            try git(subject) { git_repository_open_from_worktree(&place, worktree.pointer) }
            if let place { found.append(Repository(owning: place)) }
        }
        return found
    }

    /// The files that a move from one commit to another would write over, ignored ones too.
    func untrackedFilesInTheWay(from before: CommitID?, to after: CommitID) throws(GitError) -> [String] {
        guard let workTree else { return [] }
        let tracked =
            try before.map { commit throws(GitError) in Set(try changedPaths(from: nil, to: commit)) } ?? []
        var blocking: Set<String> = []
        for path in try changedPaths(from: before, to: after) {
            // A link or file in the place of a folder is in the way as much as one in the place of the file
            // itself.
            for place in [path] + Folders.above(path) where !tracked.contains(place) {
                let kind = Folders.kind(of: "\(workTree)/\(place)")
                // A folder where the commit has a file is so only with files in it, which libgit2 looks
                // after.
                if let kind, kind != S_IFDIR { blocking.insert(place) }
            }
        }
        return blocking.sorted()
    }
}
