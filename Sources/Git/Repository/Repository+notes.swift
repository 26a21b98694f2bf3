import CLibGit2

extension Repository {
    /// The note on a commit under a ref such as `refs/notes/flowrun`; nil where there is none.
    package func note(_ ref: String = "refs/notes/flowrun", on commit: CommitID) throws(GitError) -> String? {
        try locked { () throws(GitError) in
            guard let notes = try commitOfReference(ref) else { return nil }
            return try note(on: commit, in: notes)
        }
    }

    /// Adds a paragraph to the note on a commit, as `git notes append` does; nothing that others write
    /// meanwhile is lost.
    package func appendNote(
        ref: String = "refs/notes/flowrun",
        commit: CommitID,
        text: String,
        by signer: Signature? = nil
    ) throws(GitError) {
        let subject = "write a note on \(commit.short) to `\(RefName.excerpt(ref))`"
        guard ref.hasPrefix("refs/notes/"), RefName.isValidFull(ref) else {
            throw GitError(reason: .invalidName, subject: subject, message: "notes live under `refs/notes/`")
        }
        let signer = try self.signer(signer)
        for attempt in 1...20 {
            do throws(GitError) {
                try locked { () throws(GitError) in
                    try appendNoteOnce(ref: ref, commit: commit, text: text, signer: signer, subject: subject)
                }
                return
            } catch {
                // Another process wrote a note in between: start again from what is there now.
                let isRace =
                    error.reason == .moved || error.reason == .locked || error.reason == .alreadyExists
                guard isRace, attempt < 20 else { throw error }
                pause(.milliseconds(Int.random(in: 1...10) * attempt))
            }
        }
    }

    private func appendNoteOnce(
        ref: String,
        commit: CommitID,
        text: String,
        signer: Signature,
        subject: String
    ) throws(GitError) {
        let before = try commitOfReference(ref)
        var present = ""
        if let before, let note = try note(on: commit, in: before) {
            present = note.trimmingNewlines() + "\n\n"
        }
        var target = commit.oid
        var written = git_oid()
        try signer.withGit { signature throws(GitError) in
            func create(onto parent: OpaquePointer?) throws(GitError) {
                try git(subject) {
                    git_note_commit_create(
                        &written,
                        nil,
                        handle,
                        parent,
                        signature,
                        signature,
                        &target,
                        present + text.trimmingNewlines() + "\n",
                        1
                    )
                }
            }
            guard let before else { return try create(onto: nil) }
            let parent = try lookUpCommit(before)
            try create(onto: parent.pointer)
        }
        try moveReference(
            ref,
            from: before,
            to: CommitID(written),
            message: "notes: added by flowrun",
            subject: subject
        )
    }

    private func note(on commit: CommitID, in notes: CommitID) throws(GitError) -> String? {
        let parent = try lookUpCommit(notes)
        var oid = commit.oid
        let note = try makeIfPresent(
            "read the note on \(commit.short)",
            free: git_note_free,
            missing: GIT_ENOTFOUND.rawValue
        ) { git_note_commit_read(&$0, handle, parent.pointer, &oid) }
        guard let note, let text = git_note_message(note.pointer) else { return nil }
        return String(cString: text)
    }
}

extension String {
    fileprivate func trimmingNewlines() -> String {
        var text = self[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}
