import Foundation
import Store

/// Why a job has no place to work.
package struct FolderError: Error, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { "cannot prepare `\(path)`: \(reason)" }
}

/// The folders of one job: a numbered place under `$FLOWRUN_HOME/work` that no other job has while this one runs.
///
/// Places are taken again by later jobs, so that a job's Python lies at the same path each time and its bytecode can be
/// kept; what an earlier job left there is removed before and after, but for the folders that each job needs: to make
/// and remove those is most of what a place costs.
final class JobFolders: Sendable {
    let root: String
    /// Empty until the job fills it: `github.workspace`.
    let workspace: String
    let temp: String
    let actions: String
    /// Where the job's own Python is made when something asks for it.
    let python: String
    let commandFiles: String
    let eventPath: String
    private let lock: Int32
    /// The number of the place.
    let place: Int

    /// Takes the first place that is free, or the one that was kept, as it is.
    init(home: FlowrunHome, repositoryName: String, kept: Int? = nil) throws(FolderError) {
        try Self.make(home.work)
        var taken: (place: Int, lock: Int32)?
        let places = KeptPlaces(home: home)
        for place in kept.map({ $0...$0 }) ?? 1...10_000 {
            if kept == nil, places.isKept(place) { continue }
            let path = "\(home.work)/\(place).lock"
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FolderError(path: path, reason: Self.lastError) }
            // It may have been kept since it was looked at.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, kept != nil || !places.isKept(place) {
                taken = (place, descriptor)
                break
            }
            close(descriptor)
        }
        guard let taken else {
            let reason =
                kept == nil ? "10,000 jobs are running already" : "another process works in the kept place"
            throw FolderError(path: home.work, reason: reason)
        }
        lock = taken.lock
        place = taken.place
        root = "\(home.work)/\(taken.place)"
        let name = repositoryName.isEmpty ? "repository" : repositoryName
        workspace = "\(root)/\(name)/\(name)"
        temp = "\(root)/_temp"
        actions = "\(root)/_actions"
        python = "\(root)/_python"
        commandFiles = "\(temp)/_runner_file_commands"
        eventPath = "\(temp)/_github_workflow/event.json"
        if kept == nil { try clear() }
        for folder in [workspace, commandFiles, "\(temp)/_github_workflow", actions] { try Self.make(folder) }
    }

    deinit { close(lock) }

    /// Removes everything that the job left, but for its empty folders.
    func clear() throws(FolderError) {
        try Self.empty(root, keeping: [workspace, commandFiles, "\(temp)/_github_workflow", actions])
    }

    /// Empties a folder, but for the folders `kept` below it and those that lead there.
    ///
    /// What is in the place of one and is no folder of ours, or is open to others, is removed as well.
    private static func empty(_ folder: String, keeping kept: [String]) throws(FolderError) {
        var facts = stat()
        guard lstat(folder, &facts) == 0 else { return }
        guard facts.st_mode & (S_IFMT | 0o7777) == S_IFDIR | 0o700, facts.st_uid == geteuid(),
            let names = FolderNames.of(folder)
        else { return try remove(folder) }
        for name in names {
            let path = "\(folder)/\(name)"
            let isKept = kept.contains { $0 == path || $0.hasPrefix(path + "/") }
            if isKept { try empty(path, keeping: kept) } else { try remove(path) }
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    static func make(_ folder: String) throws(FolderError) {
        if mkdir(folder, 0o700) == 0 { return }
        if errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            try make(String(folder[..<slash]))
            if mkdir(folder, 0o700) == 0 { return }
        }
        let fault = errno
        var facts = stat()
        guard fault == EEXIST, stat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            throw FolderError(path: folder, reason: String(cString: strerror(fault)))
        }
    }

    /// Removes a tree, also where a step took the write permission from folders in it.
    static func remove(_ path: String) throws(FolderError) {
        guard lstatExists(path), unlink(path) != 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            makeFoldersWritable(path)
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw FolderError(path: path, reason: error.localizedDescription)
            }
        }
    }

    private static func lstatExists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }

    private static func makeFoldersWritable(_ path: String) {
        guard let walk = FileManager.default.enumerator(atPath: path) else { return }
        chmod(path, 0o700)
        for case let name as String in walk {
            let inner = path + "/" + name
            var facts = stat()
            if lstat(inner, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { chmod(inner, 0o700) }
        }
    }
}
