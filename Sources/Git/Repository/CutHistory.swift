import CLibGit2

/// The history of a repository whose older commits are not here, as in a shallow clone.
///
/// libgit2 1.5 takes a missing parent for damage, so that such a history is walked by us: it ends where the
/// commits end.
struct CutHistory {
    private let repository: Repository

    /// Nil for a repository that has all of its history, objects that it borrows included.
    init?(of repository: Repository) throws(GitError) {
        var isCut = false
        for root in try Folders.shallowCommits(of: repository) where try repository.contains(root) {
            for parent in try repository.commit(root).parents {
                if try !repository.contains(parent) { isCut = true }
            }
        }
        guard isCut else { return nil }
        self.repository = repository
    }

    /// The commits that lead to `start` and to none of `hidden`, newest first, children before parents.
    func walk(from start: CommitID, hiding hidden: [CommitID] = []) throws(GitError) -> [CommitID] {
        var seen: Set<CommitID> = []
        for id in hidden { try visit(id, seen: &seen) { _ in } }
        var oldestFirst: [CommitID] = []
        try visit(start, seen: &seen) { oldestFirst.append($0) }
        return oldestFirst.reversed()
    }

    func isAncestor(_ ancestor: CommitID, of commit: CommitID) throws(GitError) -> Bool {
        try walk(from: commit).contains(ancestor)
    }

    func mergeBase(_ one: CommitID, _ other: CommitID) throws(GitError) -> CommitID? {
        let shared = Set(try walk(from: other))
        return try walk(from: one).first { shared.contains($0) }
    }

    /// Goes through a commit and its ancestors, parents before children, without recursion: a history is deep.
    private func visit(
        _ start: CommitID,
        seen: inout Set<CommitID>,
        _ leave: (CommitID) -> Void
    ) throws(GitError) {
        var stack: [(id: CommitID, isDone: Bool)] = [(start, false)]
        while let (id, isDone) = stack.popLast() {
            if isDone {
                leave(id)
                continue
            }
            guard seen.insert(id).inserted else { continue }
            stack.append((id, true))
            for parent in try repository.commit(id).parents where try repository.contains(parent) {
                stack.append((parent, false))
            }
        }
    }
}
