/// The refs of a run's repository that its clients see and move: branches, tags and notes.
enum OpenRefs {
    /// - Parameter name: In full.
    static func hold(_ name: String) -> Bool {
        ["refs/heads/", "refs/tags/", "refs/notes/"].contains { name.hasPrefix($0) }
    }
}
