import Git

/// The tags that a push takes along.
struct PushedTags {
    private let way: PushedCommits
    private let workspace: Repository
    private let tags: [Tag]
    /// What of them the remote has another tag in the place of, which stays.
    private let taken: [String]

    /// Looks up which of the workspace's tags the remote lacks: those that the job has made, for the user's own are not for
    /// a job to publish.
    ///
    /// - Throws: `StepFailure` where the remote has another tag of the same name, which stays; then nothing is pushed.
    init(_ way: PushedCommits, _ workspace: Repository) throws {
        (self.way, self.workspace) = (way, workspace)
        let takesAll = way.wish.takesAllTags
        let made = try workspace.tags().filter { takesAll || $0.isAnnotated }
        guard !made.isEmpty else {
            (tags, taken) = ([], [])
            return
        }
        let users = Set(try Repository(at: way.home).tags())
        let (url, token) = (way.target.url, way.target.token)
        let there = try Remote.references(of: url, credentials: Credentials(token: token))
        let known = Dictionary(there.map { ($0.name, $0.commit) }, uniquingKeysWith: { $1 })
        // A lease is on no tag: there is nothing that a workspace has seen of the remote's apart from its own.
        let forces = takesAll && way.wish.force == .anything
        tags = made.filter { (forces || known[$0.ref] == nil) && !users.contains($0) }
        // What only goes along is passed over where the name is taken, as by git.
        guard takesAll, !forces else {
            taken = []
            return
        }
        taken = made.compactMap { tag in
            guard let other = known[tag.ref], other != tag.commit else { return nil }
            return
                "\(tag.ref) is on \(other.short) at \(url) and on \(tag.commit.short) here: a tag that is there already is "
                + "not moved"
        }
        if way.wish.isAtomic { try requireAll() }
    }

    /// - Throws: `StepFailure` where some were left out.
    func requireAll() throws(StepFailure) {
        guard taken.isEmpty else { throw StepFailure(taken.joined(separator: "\n")) }
    }

    /// - Parameter head: The commit that the branch has: those tags go along that are on it or behind it.
    /// - Returns: The tags that arrived.
    func push(on head: CommitID, _ say: (String) -> Void) throws -> [Tag] {
        let wanted = try tags.filter { tag in
            try way.wish.takesAllTags || tag.commit == head || workspace.isAncestor(tag.commit, of: head)
        }
        for tag in wanted { try way.requirePublished(tag.commit, in: workspace) }
        var arrived: [Tag] = []
        for tag in wanted {
            let former = try workspace.push(
                tag.object,
                to: tag.ref,
                of: way.target.url,
                token: way.target.token,
                overwriting: way.wish.force == .anything && way.wish.takesAllTags ? .anything : .nothing
            )
            guard former != tag.object else { continue }
            try way.tellReplaced(former, by: tag.object, at: tag.ref, workspace, say)
            say("Pushed \(tag.ref) (\(tag.commit.hex)) to \(way.target.url)")
            arrived.append(tag)
        }
        return arrived
    }
}
