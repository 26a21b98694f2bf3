import Foundation

/// The few files of a repository that libgit2 does not write.
enum Folders {
    /// Makes a folder that is ready for a new repository.
    static func prepare(_ folder: String, emptied: Bool, subject: String) throws(GitError) {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let present = try files.contentsOfDirectory(atPath: folder)
            // A `.git` that is a link is removed as such: what it points to is somebody else's.
            for name in present where emptied || name.lowercased() == ".git" {
                try files.removeItem(atPath: "\(folder)/\(name)")
            }
        } catch {
            throw GitError(
                reason: .other,
                subject: subject,
                message: "could not prepare `\(folder)`: \(error)"
            )
        }
    }

    /// What stands at a path, as in `st_mode`, links not followed; nil where nothing does.
    static func kind(of path: String) -> mode_t? {
        var attributes = stat()
        return lstat(path, &attributes) == 0 ? attributes.st_mode & S_IFMT : nil
    }

    /// The folders above a path, nearest first, without the root.
    static func above(_ path: String) -> [String] {
        var parts = path.split(separator: "/").dropLast()
        var found: [String] = []
        while !parts.isEmpty {
            found.append(parts.joined(separator: "/"))
            parts.removeLast()
        }
        return found
    }

    /// Removes links that stand where a commit has folders: libgit2 would write through them to wherever they
    /// lead.
    static func removeLinks(
        inPlaceOfFoldersOf paths: [String],
        in folder: String,
        subject: String
    ) throws(GitError) {
        for place in Set(paths.flatMap(above)).sorted() {
            let path = "\(folder)/\(place)"
            guard kind(of: path) == S_IFLNK, unlink(path) != 0 else { continue }
            throw GitError(
                reason: .other,
                subject: subject,
                message: "could not remove the link `\(path)`: \(String(cString: strerror(errno)))"
            )
        }
    }

    /// Removes files and the folders that this leaves empty; what lies behind a link is left alone.
    static func removeFiles(_ paths: [String], in folder: String) {
        for path in paths {
            let parents = above(path)
            guard parents.allSatisfy({ kind(of: "\(folder)/\($0)") == S_IFDIR }) else { continue }
            guard unlink("\(folder)/\(path)") == 0 else { continue }
            for parent in parents where rmdir("\(folder)/\(parent)") != 0 { break }
        }
    }

    /// Lets a repository read the objects of other folders.
    static func writeAlternates(
        _ folders: [String],
        of repository: Repository,
        subject: String
    ) throws(GitError) {
        for folder in folders {
            guard folder.hasPrefix("/"), !folder.contains(where: \.isNewline) else {
                throw GitError(
                    reason: .invalidName,
                    subject: subject,
                    message: "objects can not be shared from `\(RefName.excerpt(folder))`"
                )
            }
        }
        let text = folders.map { $0 + "\n" }.joined()
        try write(text, to: "\(repository.gitDirectory)/objects/info/alternates", subject: subject)
        try repository.refreshObjects(subject: subject)
    }

    /// The commits at which the history of a shallow repository ends.
    static func shallowCommits(of repository: Repository) throws(GitError) -> Set<CommitID> {
        let path = "\(repository.commonDirectory)/shallow"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return Set(text.split(whereSeparator: \.isNewline).compactMap { CommitID($0) })
        } catch {
            throw GitError(reason: .other, subject: "read `\(path)`", message: "\(error)")
        }
    }

    static func write(_ text: String, to path: String, subject: String) throws(GitError) {
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw GitError(reason: .other, subject: subject, message: "could not write `\(path)`: \(error)")
        }
    }
}
