/// Where the commits of a workspace come from.
package enum WorkspaceSource: Hashable, Sendable {
    /// A repository on this machine, whose objects are shared, not copied. `extraObjects` are further object
    /// folders, such as that of a working folder's commit; the workspace needs all of them as long as it
    /// lives.
    case local(String, extraObjects: [String] = [])
    case remote(String)

    package static func local(_ path: String) -> WorkspaceSource { .local(path, extraObjects: []) }
}

/// How much of a repository a workspace gets.
package struct CheckoutOptions: Hashable, Sendable {
    /// How many commits of history `git` sees; 0 is all, with all branches and tags.
    package var depth: Int
    package var fetchTags: Bool
    /// The address that the remote `origin` gets; the source's own where nil.
    package var originURL: String?
    /// Which files to write; all where nil.
    package var sparse: Sparse?
    /// What becomes of the files that the folder held before.
    package var former: Former

    package enum Sparse: Hashable, Sendable {
        /// Folders with the files beside and above them, as `git sparse-checkout --cone`.
        case folders([String])
        /// Patterns as in `.gitignore`, which say what is there: `git sparse-checkout --no-cone`.
        case patterns([String])
    }

    package enum Former: Hashable, Sendable {
        /// They stay; only those that stand in the way are replaced.
        case kept
        /// Those of the checkout before that this one does not have are removed, others stay.
        case replaced
        case removed
    }

    package init(
        depth: Int = 1,
        fetchTags: Bool = false,
        originURL: String? = nil,
        sparse: Sparse? = nil,
        former: Former = .kept
    ) {
        self.depth = depth
        self.fetchTags = fetchTags
        self.originURL = originURL
        self.sparse = sparse
        self.former = former
    }
}
