import CLibGit2
import Foundation

extension Repository {
    /// Pushes a commit to a branch; where others have pushed in between, its own commits are put onto theirs
    /// first.
    ///
    /// After three tries, or when the changes do not go together, the commit is kept at
    /// `refs/flowrun/unpushed/<label>` (in the destination, or in `shelter`, or here, where that does not take
    /// it either), and the error says where. A branch here that stood at the commit goes along to the new one, if its files
    /// are clean. Nothing is ever overwritten.
    ///
    /// - Returns: the commit that arrived.
    package func pushWithRebase(
        _ commit: CommitID,
        to ref: String,
        of remote: String,
        token: String? = nil,
        label: String,
        shelter: String? = nil,
        committer: Signature? = nil,
        tries: Int = 3,
        pausing: (Duration) -> Void = { duration in pause(duration) }
    ) throws(PushError) -> CommitID {
        var own = commit
        var failure: PushError
        var attempt = 1
        while true {
            do throws(PushError) {
                try push(own, to: ref, of: remote, token: token, as: committer)
                if own != commit { followOwnBranch(from: commit, to: own) }
                return own
            } catch {
                failure = error
            }
            guard failure.reason == .nonFastForward, attempt < tries else { break }
            pausing(.milliseconds(Int.random(in: 50...250) * attempt * attempt))
            attempt += 1
            do throws(PushError) {
                own = try rebased(commit, onto: ref, of: remote, token: token, committer: committer)
            } catch {
                failure = error
                break
            }
        }
        // What the remote does not want is not pushed to another place of it.
        let isRefused = if case .refused = failure.reason { true } else { false }
        let places = (isRefused ? [] : [remote]) + (shelter.map { [$0] } ?? [])
        failure.kept = keep(commit, in: places, token: token, label: label)
        throw failure
    }

    /// The commit, and those of its own before it, upon the present tip of a branch of the remote.
    private func rebased(
        _ commit: CommitID,
        onto ref: String,
        of remote: String,
        token: String?,
        committer: Signature?
    ) throws(PushError) -> CommitID {
        let outcome: RebaseOutcome
        do throws(GitError) {
            let address = try RemoteAddress(remote, relativeTo: name)
            outcome = try locked { () throws(GitError) in
                let tip = try fetchTip(of: ref, from: address, token: token)
                return try rebase(commit, onto: tip, committer: committer)
            }
        } catch {
            throw PushError(error, remote: remote, ref: ref)
        }
        switch outcome {
        case .rebased(let id): return id
        case .conflict(let paths): throw PushError(.conflict(paths), remote: remote, ref: ref)
        case .impossible(let why): throw PushError(.refused(why), remote: remote, ref: ref)
        }
    }

    private func fetchTip(
        of ref: String,
        from address: RemoteAddress,
        token: String?
    ) throws(GitError) -> CommitID {
        let temporary = "refs/flowrun/fetching/\(UUID().uuidString)"
        try fetch(from: address, ["+\(ref):\(temporary)"], credentials: Credentials(token: token))
        guard let tip = try commitOfReference(temporary) else {
            throw GitError(
                reason: .notFound,
                subject: "fetch `\(ref)`",
                message: "the branch is no longer there"
            )
        }
        try removeReference(temporary)
        return tip
    }

    private enum RebaseOutcome {
        case rebased(CommitID)
        case conflict([String])
        case impossible(String)
    }

    private func rebase(
        _ commit: CommitID,
        onto tip: CommitID,
        committer: Signature?
    ) throws(GitError) -> RebaseOutcome {
        guard try mergeBase(commit, tip) != nil else {
            return .impossible("the branch there shares no history with the commit")
        }
        var onto = tip
        for id in try walk(from: commit, hiding: [tip]).reversed() {
            let own = try self.commit(id)
            guard own.parents.count == 1 else {
                return .impossible(
                    "the branch has moved on, and merge commit \(id.short) can not be put onto it"
                )
            }
            let subject = "put \(id.short) onto \(onto.short)"
            let picked = try lookUpCommit(id)
            let base = try lookUpCommit(onto)
            let index = try make(subject, free: git_index_free) {
                git_cherrypick_commit(&$0, handle, picked.pointer, base.pointer, 0, nil)
            }
            if git_index_has_conflicts(index.pointer) == 1 {
                return .conflict(try conflictingPaths(index.pointer, subject: subject))
            }
            var tree = git_oid()
            try git(subject) { git_index_write_tree_to(&tree, index.pointer, handle) }
            // What the others have done already is left out.
            if try self.commit(onto).tree == CommitID(tree) { continue }
            var signer = committer ?? own.committer
            signer.time = Date()
            onto = try createCommit(
                tree: CommitID(tree),
                parents: [onto],
                message: own.message,
                author: own.author,
                committer: signer
            )
        }
        return .rebased(onto)
    }

    func conflictingPaths(_ index: OpaquePointer, subject: String) throws(GitError) -> [String] {
        let iterator = try make(subject, free: git_index_conflict_iterator_free) {
            git_index_conflict_iterator_new(&$0, index)
        }
        var paths: Set<String> = []
        var ancestor: UnsafePointer<git_index_entry>?
        var ours: UnsafePointer<git_index_entry>?
        var theirs: UnsafePointer<git_index_entry>?
        while true {
            let code = git_index_conflict_next(&ancestor, &ours, &theirs, iterator.pointer)
            if code == GIT_ITEROVER.rawValue { return paths.sorted() }
            try git(subject) { code }
            for entry in [ancestor, ours, theirs] {
                if let path = entry?.pointee.path { paths.insert(String(cString: path)) }
            }
        }
    }

    /// Puts the branch that is checked out here at the commit that arrived, so that the next step goes on
    /// from there.
    ///
    /// Files with changes are left as they are, and then the branch too: a later push takes care of it.
    private func followOwnBranch(from old: CommitID, to new: CommitID) {
        try? locked { () throws(GitError) in
            let head = try head()
            guard let ref = head.ref, head.commit == old else { return }
            guard try untrackedFilesInTheWay(from: old, to: new).isEmpty else { return }
            let subject = "move `\(ref)` to \(new.short)"
            if !isBare {
                guard try changedFiles(includingUntracked: false).isEmpty,
                    try Checkout.advance(self, to: new, subject: subject).isEmpty
                else { return }
            }
            try moveReference(ref, from: old, to: new, message: "push: rebased by flowrun", subject: subject)
        }
    }

    /// Makes sure that a commit that could not be pushed is not lost; nil where even that did not work.
    private func keep(
        _ commit: CommitID,
        in places: [String],
        token: String?,
        label: String
    ) -> PushError.Kept? {
        let letters = label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let ref = "refs/flowrun/unpushed/\(letters.isEmpty ? commit.short : String(letters))"
        for place in places {
            do throws(PushError) {
                try push(commit, to: ref, of: place, token: token, force: true)
                return PushError.Kept(repository: RemoteAddress.redacted(place), ref: ref)
            } catch {
                continue
            }
        }
        do throws(GitError) {
            try setReference(ref, to: commit, message: "push: kept by flowrun")
            return PushError.Kept(repository: self.name, ref: ref)
        } catch {
            return nil
        }
    }
}
