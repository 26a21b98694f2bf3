import Expressions

extension Event {
    /// The repository that a pull request comes from, where that is another one than it goes to.
    ///
    /// What runs for it is its author's. Nil for all that is of the repository itself.
    /// `pull_request_target` runs what the repository itself has.
    package var fork: String? {
        guard name.hasPrefix("pull_request"), name != "pull_request_target" else { return nil }
        let pull = payload["pull_request"]
        let base = [pull["base"]["repo"], payload["repository"]].map { $0["full_name"].text }.first {
            !$0.isEmpty
        }
        let head = pull["head"]["repo"]["full_name"].text
        guard let base, head.lowercased() != base.lowercased() else { return nil }
        // A fork that was deleted has no name any more.
        return head.isEmpty ? "unknown" : head
    }
}
