import Git

/// The tags that a push takes along.
struct PushedTags {
    private let way: PushedCommits
    private let workspace: Repository
    private let tags: [Tag]
    private let takesAll: Bool

    /// Looks up which of the workspace's tags the remote lacks: those that the job has made, for the user's own are not for
    /// a job to publish.
    ///
    /// - Throws: `StepFailure` where the remote has another tag of the same name, which stays; then nothing is pushed.
    init(_ way: PushedCommits, _ workspace: Repository, head: CommitID, takesAll: Bool) throws {
        (self.way, self.workspace, self.takesAll) = (way, workspace, takesAll)
        let made = try workspace.tags().filter { takesAll || $0.isAnnotated }
        guard !made.isEmpty else {
            tags = []
            return
        }
        let users = Set(try Repository(at: way.home).tags())
        let there = try Remote.references(of: way.origin, credentials: Credentials(token: way.token))
        let known = Dictionary(there.map { ($0.name, $0.commit) }, uniquingKeysWith: { $1 })
        tags = made.filter { known[$0.ref] == nil && !users.contains($0) }
        // What only goes along is passed over where the name is taken, as by git.
        guard takesAll else { return }
        for tag in made {
            guard let other = known[tag.ref], other != tag.commit else { continue }
            throw StepFailure(
                "\(tag.ref) is on \(other.short) at \(way.origin) and on \(tag.commit.short) here: a tag that is there "
                    + "already is not moved"
            )
        }
    }

    /// - Parameter head: The commit that the branch has: those tags go along that are on it or behind it.
    /// - Returns: The tags that arrived.
    func push(on head: CommitID) throws -> [Tag] {
        let wanted = try tags.filter { tag in
            try takesAll || tag.commit == head || workspace.isAncestor(tag.commit, of: head)
        }
        guard !wanted.isEmpty else { return [] }
        try way.requirePublished()
        for tag in wanted {
            try workspace.push(tag.object, to: tag.ref, of: way.origin, token: way.token)
        }
        return wanted
    }
}
