/// A tag of a repository.
package struct Tag: Sendable, Hashable {
    /// `refs/tags/v1`.
    package var ref: String
    /// What the ref names: an object of its own for an annotated tag.
    package var object: CommitID
    package var commit: CommitID

    package var isAnnotated: Bool { object != commit }
}

extension Repository {
    /// The tags that mark commits, sorted by name.
    package func tags() throws(GitError) -> [Tag] {
        try locked { () throws(GitError) in
            var tags: [Tag] = []
            for reference in try references(under: "refs/tags/") {
                guard let object = try objectAt(reference.name) else { continue }
                tags.append(Tag(ref: reference.name, object: object, commit: reference.commit))
            }
            return tags
        }
    }
}
