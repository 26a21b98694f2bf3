import CLibGit2
import Foundation

extension Repository {
    /// Pushes a commit to a branch; where others have pushed in between, its own commits are put onto theirs, or merged with
    /// them, first.
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
        joining: Joining = .rebase,
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
                own = try joined(commit, joining, ref, of: remote, token: token, committer: committer)
            } catch {
                failure = error
                break
            }
        }
        throw keeping(commit, after: failure, remote: remote, token: token, label: label, shelter: shelter)
    }

    /// Pushes a commit to a branch that it does not follow from; one that does not arrive is kept as by `pushWithRebase`.
    ///
    /// - Returns: What the branch was on before; nil where it was not there.
    package func push(
        _ commit: CommitID,
        over overwriting: Overwriting,
        to ref: String,
        of remote: String,
        token: String? = nil,
        label: String,
        shelter: String? = nil
    ) throws(PushError) -> CommitID? {
        do throws(PushError) {
            return try push(commit, to: ref, of: remote, token: token, overwriting: overwriting)
        } catch {
            throw keeping(commit, after: error, remote: remote, token: token, label: label, shelter: shelter)
        }
    }

    private func keeping(
        _ commit: CommitID,
        after failure: PushError,
        remote: String,
        token: String?,
        label: String,
        shelter: String?
    ) -> PushError {
        // What the remote does not want is not pushed to another place of it.
        let isRefused =
            switch failure.reason {
            case .refused, .leaseBroken: true
            default: false
            }
        let places = (isRefused ? [] : [remote]) + (shelter.map { [$0] } ?? [])
        var failure = failure
        failure.kept = keep(commit, in: places, token: token, label: label)
        return failure
    }

    /// How own commits and those of the remote come together.
    package enum Joining: Sendable { case rebase, merge }

    /// The commit, and those of its own before it, with what a branch of the remote has at present.
    private func joined(
        _ commit: CommitID,
        _ joining: Joining,
        _ ref: String,
        of remote: String,
        token: String?,
        committer: Signature?
    ) throws(PushError) -> CommitID {
        let outcome: JoinOutcome
        do throws(GitError) {
            let address = try RemoteAddress(remote, relativeTo: name)
            outcome = try locked { () throws(GitError) in
                let tip = try fetchTip(of: ref, from: address, token: token)
                return switch joining {
                case .rebase: try rebase(commit, onto: tip, committer: committer)
                case .merge: try merge(commit, with: tip, of: ref, at: remote, committer: committer)
                }
            }
        } catch {
            throw PushError(error, remote: remote, ref: ref)
        }
        switch outcome {
        case .joined(let id): return id
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

    private enum JoinOutcome {
        case joined(CommitID)
        case conflict([String])
        case impossible(String)
    }

    private func rebase(
        _ commit: CommitID,
        onto tip: CommitID,
        committer: Signature?
    ) throws(GitError) -> JoinOutcome {
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
        return .joined(onto)
    }

    /// As `git pull --no-rebase`: a commit that has both as parents, the own one first.
    private func merge(
        _ commit: CommitID,
        with tip: CommitID,
        of ref: String,
        at remote: String,
        committer: Signature?
    ) throws(GitError) -> JoinOutcome {
        guard let base = try mergeBase(commit, tip) else {
            return .impossible("the branch there shares no history with the commit")
        }
        if base == commit { return .joined(tip) }
        let subject = "merge \(tip.short) into \(commit.short)"
        let ancestor = try tree(of: base)
        let ours = try tree(of: commit)
        let theirs = try tree(of: tip)
        let index = try make(subject, free: git_index_free) {
            git_merge_trees(&$0, handle, ancestor.pointer, ours.pointer, theirs.pointer, nil)
        }
        if git_index_has_conflicts(index.pointer) == 1 {
            return .conflict(try conflictingPaths(index.pointer, subject: subject))
        }
        var tree = git_oid()
        try git(subject) { git_index_write_tree_to(&tree, index.pointer, handle) }
        let configured = try identity()
        let own = try self.commit(commit).committer
        var signer = committer ?? configured ?? own
        signer.time = Date()
        let branch = WorkspaceRefs.branch(of: ref) ?? ref
        return .joined(
            try createCommit(
                tree: CommitID(tree),
                parents: [commit, tip],
                message: "Merge branch '\(branch)' of \(RemoteAddress.redacted(remote))\n",
                author: signer,
                committer: signer
            )
        )
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
                try push(commit, to: ref, of: place, token: token, overwriting: .anything)
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
