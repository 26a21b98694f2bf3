import CLibGit2

/// Copying objects between repositories of this machine.
enum ObjectTransfer {
    /// Copies a commit, or an annotated tag, and all that it needs and that the destination's refs do not lead to.
    static func copy(_ commit: CommitID, from source: Repository, to destination: Repository) throws(GitError)
    {
        let subject = "copy \(commit.short) from `\(source.name)` to `\(destination.name)`"
        var known: [CommitID] = []
        for reference in try destination.references() where try source.contains(reference.commit) {
            known.append(reference.commit)
        }
        let builder = try make(subject, free: git_packbuilder_free) {
            git_packbuilder_new(&$0, source.handle)
        }
        if let cut = try CutHistory(of: source) {
            // Each with its whole tree: more than is needed, but never less.
            for id in try cut.walk(from: commit, hiding: known) {
                var oid = id.oid
                try git(subject) { git_packbuilder_insert_commit(builder.pointer, &oid) }
            }
        } else {
            let walk = try source.makeWalk(from: commit, hiding: known)
            try git(subject) { git_packbuilder_insert_walk(builder.pointer, walk.pointer) }
        }
        try insertTags(to: commit, of: source, into: builder.pointer, subject: subject)
        guard git_packbuilder_object_count(builder.pointer) > 0 else { return }

        let odb = try make(subject, free: git_odb_free) { git_repository_odb(&$0, destination.handle) }
        let writer = try PackWriter(odb.pointer, subject: subject)
        let payload = Unmanaged.passUnretained(writer).toOpaque()
        let code = withExtendedLifetime(writer) {
            git_packbuilder_foreach(
                builder.pointer,
                { bytes, count, payload in
                    guard let payload else { return GIT_EUSER.rawValue }
                    return Unmanaged<PackWriter>.fromOpaque(payload).takeUnretainedValue().append(
                        bytes,
                        count
                    )
                },
                payload
            )
        }
        try git(subject) { code }
        try writer.commit(subject: subject)
        try destination.refreshObjects(subject: subject)
    }

    /// The objects of annotated tags that a walk over commits passes by: one, or one that marks another.
    private static func insertTags(
        to object: CommitID,
        of source: Repository,
        into builder: OpaquePointer,
        subject: String
    ) throws(GitError) {
        var oid = object.oid
        while true {
            let code = GIT_OBJECT_TAG
            let tag = try makeIfPresent(subject, free: git_object_free, missing: GIT_ENOTFOUND.rawValue) {
                git_object_lookup(&$0, source.handle, &oid, code)
            }
            guard let tag else { return }
            try git(subject) { git_packbuilder_insert(builder, &oid, nil) }
            guard let target = git_tag_target_id(tag.pointer) else { return }
            oid = target.pointee
        }
    }
}

/// A pack that is being written into an object database; it is there once `commit` has returned.
private final class PackWriter {
    private let pack: UnsafeMutablePointer<git_odb_writepack>
    private var progress = git_indexer_progress()

    init(_ odb: OpaquePointer, subject: String) throws(GitError) {
        var pack: UnsafeMutablePointer<git_odb_writepack>?
        try git(subject) { git_odb_write_pack(&pack, odb, nil, nil) }
        guard let pack else {
            throw GitError(reason: .other, subject: subject, message: "the repository takes no packs")
        }
        self.pack = pack
    }

    deinit { pack.pointee.free?(pack) }

    func append(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int32 {
        pack.pointee.append?(pack, bytes, count, &progress) ?? GIT_EUSER.rawValue
    }

    func commit(subject: String) throws(GitError) {
        try git(subject) { pack.pointee.commit?(pack, &progress) ?? GIT_EUSER.rawValue }
    }
}
