/// What a commit says.
package struct CommitInfo: Hashable, Sendable {
    package var id: CommitID
    package var tree: CommitID
    package var parents: [CommitID]
    package var author: Signature
    package var committer: Signature
    /// The whole message as it was written, last newline included.
    package var message: String

    /// The first line of the message.
    package var title: String {
        String(message.drop(while: \.isNewline).prefix { !$0.isNewline })
    }
}

/// Where `HEAD` stands.
package struct Head: Hashable, Sendable {
    /// Nil as long as the branch has no commit.
    package var commit: CommitID?
    /// The full name of the branch, `refs/heads/…`; nil when `HEAD` is detached.
    package var ref: String?

    /// The name of the branch without `refs/heads/`.
    package var branch: String? {
        guard let ref, ref.hasPrefix("refs/heads/") else { return nil }
        return String(ref.dropFirst("refs/heads/".count))
    }
}

/// What a revision stands for.
package struct Resolved: Hashable, Sendable {
    package var commit: CommitID
    /// `refs/heads/…` or `refs/tags/…` where the revision names one.
    ///
    /// A branch that only the remote has gives the name that it has there.
    package var ref: String?
}

/// One line of a folder at a commit.
package struct TreeEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case blob, tree, link, submodule }

    package var name: String
    package var kind: Kind
    package var isExecutable: Bool
}

/// A ref and the commit that it leads to; tags are followed to what they mark.
package struct Reference: Hashable, Sendable {
    package var name: String
    package var commit: CommitID

    package init(name: String, commit: CommitID) {
        self.name = name
        self.commit = commit
    }
}

/// A file that differs from the commit that is checked out.
package struct ChangedFile: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case added, modified, deleted, typeChanged, untracked, conflicted
    }

    package var path: String
    package var status: Status
    /// The index differs from `HEAD`.
    package var isStaged: Bool
    /// The file differs from the index.
    package var isUnstaged: Bool
}
