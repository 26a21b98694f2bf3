import CLibGit2
import Foundation

/// A repository of git.
///
/// Every call blocks its thread until it is done; a caller on Swift's cooperative pool takes a thread of its
/// own.
//
// `@unchecked Sendable`: `handle` is the only state that changes hands. It is created in `init`, freed in
// `deinit`, and between the two every package-level member takes `lock` before it passes the handle to
// libgit2. The other members are constants.
package final class Repository: @unchecked Sendable {
    /// The folder that holds `HEAD` and the index: `…/.git`, or the folder itself of a bare repository.
    package let gitDirectory: String
    /// The folder that holds objects and refs; differs from `gitDirectory` in a linked worktree.
    package let commonDirectory: String
    /// The folder with the files; nil for a bare repository.
    package let workTree: String?

    package var isBare: Bool { workTree == nil }

    let handle: OpaquePointer
    private let lock = NSRecursiveLock()

    /// Opens the repository at a path exactly: a folder with `.git` in it, or a git folder.
    package convenience init(at path: String) throws(GitError) {
        _ = Library.isReady
        var handle: OpaquePointer?
        let code = git_repository_open_ext(&handle, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        guard code == 0, let handle else { throw GitError(opening: path, code: code) }
        self.init(owning: handle)
    }

    /// The repository that a folder (or file) belongs to, looked for upwards; nil if there is none.
    package static func discover(from path: String) throws(GitError) -> Repository? {
        _ = Library.isReady
        var handle: OpaquePointer?
        let code = git_repository_open_ext(&handle, path, 0, nil)
        if code == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return nil
        }
        guard code == 0, let handle else { throw GitError(opening: path, code: code) }
        return Repository(owning: handle)
    }

    init(owning handle: OpaquePointer) {
        self.handle = handle
        gitDirectory = Self.folder(git_repository_path(handle)) ?? ""
        commonDirectory = Self.folder(git_repository_commondir(handle)) ?? gitDirectory
        workTree = git_repository_is_bare(handle) == 1 ? nil : Self.folder(git_repository_workdir(handle))
        // Who signs moved refs in reflogs where the user has set no name.
        git_repository_set_ident(handle, "flowrun", "flowrun@localhost")
    }

    deinit { git_repository_free(handle) }

    /// Runs `body` while no other thread uses the handle.
    ///
    /// May be nested.
    func locked<T: ~Copyable>(_ body: () throws(GitError) -> T) throws(GitError) -> T {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }

    /// The folder with the files of this working folder; the git folder of a bare repository.
    package var folder: String { workTree ?? gitDirectory }

    /// What an error calls this repository.
    var name: String { folder }

    /// A path without the slash that libgit2 ends folders with.
    private static func folder(_ path: UnsafePointer<CChar>?) -> String? {
        guard let path else { return nil }
        let text = String(cString: path)
        return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension GitError {
    fileprivate init(opening path: String, code: Int32) {
        self.init(code: code, subject: "open the repository at `\(path)`")
        if reason == .notFound { reason = .notARepository }
        if reason == .notOwned {
            message =
                "it belongs to another user; `git config --global --add safe.directory \(path)` allows it"
        }
    }
}
