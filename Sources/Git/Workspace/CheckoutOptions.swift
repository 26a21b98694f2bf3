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
    /// Folders to write, with the files beside and above them; all files where empty.
    ///
    /// As `git sparse-checkout --cone`.
    package var folders: [String]
    /// Removes what the folder held before; otherwise only files that stand in the way are replaced.
    package var removesOtherFiles: Bool

    package init(
        depth: Int = 1,
        fetchTags: Bool = false,
        originURL: String? = nil,
        folders: [String] = [],
        removesOtherFiles: Bool = false
    ) {
        self.depth = depth
        self.fetchTags = fetchTags
        self.originURL = originURL
        self.folders = folders
        self.removesOtherFiles = removesOtherFiles
    }
}
