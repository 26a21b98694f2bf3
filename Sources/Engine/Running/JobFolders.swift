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
    let spares: SpareFiles
    private let lock: Int32
    /// Those that are there when a job begins.
    private let folders: [String]
    /// The number of the place.
    let place: Int
    /// What the log should say of the place.
    let notice: String?

    /// Takes the first place that is free, or the one that was kept, as it is.
    init(home: FlowrunHome, repositoryName: String, kept: Int? = nil) throws(FolderError) {
        try Self.make(home.work)
        let name = repositoryName.isEmpty ? "repository" : repositoryName
        let taken: Taken
        if let kept { taken = try Self.take(kept: kept, home) } else { taken = try Self.takeFree(home, name) }
        lock = taken.lock
        place = taken.place
        notice = taken.notice
        root = "\(home.work)/\(taken.place)"
        spares = SpareFiles(in: home.spareFiles, of: taken.place)
        workspace = "\(root)/\(name)/\(name)"
        temp = "\(root)/_temp"
        actions = "\(root)/_actions"
        python = "\(root)/_python"
        commandFiles = "\(temp)/_runner_file_commands"
        eventPath = "\(temp)/_github_workflow/event.json"
        folders = Self.folders(under: root, name)
        for folder in folders { try Self.make(folder) }
    }

    /// Those that each job needs.
    private static func folders(under root: String, _ name: String) -> [String] {
        [
            "\(root)/\(name)/\(name)", "\(root)/_temp/_runner_file_commands",
            "\(root)/_temp/_github_workflow",
            "\(root)/_actions",
        ]
    }

    deinit { close(lock) }

    /// Writes a file of the job's, which is as new.
    func write(_ text: String, to path: String) throws {
        if !spares.take(as: path, text: text) { try PlainFile.write(text, to: path) }
    }

    /// Removes everything that the job left, but for its empty folders.
    func clear() throws(FolderError) {
        try Self.empty(root, keeping: folders) { [temp, spares] path in
            path.hasPrefix(temp + "/") && spares.keep(path)
        }
    }

    // MARK: Places

    private struct Taken {
        var place: Int
        var lock: Int32
        var notice: String?
    }

    private static func takeFree(_ home: FlowrunHome, _ name: String) throws(FolderError) -> Taken {
        let places = KeptPlaces(home: home)
        for place in 1...10_000 where !places.isKept(place) {
            guard let lock = try lock(place, home) else { continue }
            // It may have been kept since it was looked at.
            if !places.isKept(place) {
                let root = "\(home.work)/\(place)"
                do throws(FolderError) {
                    try empty(root, keeping: folders(under: root, name))
                    return Taken(place: place, lock: lock)
                } catch {
                    // No job works among what another has left: it is moved aside where that can be done.
                    let aside = "\(root).stuck-\(Int(Date().timeIntervalSince1970))"
                    if rename(root, aside) == 0 {
                        let notice = "\(error); it was moved to `\(aside)`, and this job has a fresh folder"
                        return Taken(place: place, lock: lock, notice: notice)
                    }
                }
            }
            close(lock)
        }
        throw FolderError(path: home.work, reason: "there is no place for another job among 10,000")
    }

    private static func take(kept place: Int, _ home: FlowrunHome) throws(FolderError) -> Taken {
        guard let lock = try lock(place, home) else {
            throw FolderError(path: "\(home.work)/\(place)", reason: "another process works there")
        }
        return Taken(place: place, lock: lock)
    }

    /// - Returns: nil where somebody works in the place.
    private static func lock(_ place: Int, _ home: FlowrunHome) throws(FolderError) -> Int32? {
        let path = "\(home.work)/\(place).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FolderError(path: path, reason: lastError) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    // MARK: Folders

    /// Empties a folder, but for the folders `kept` below it and those that lead there.
    ///
    /// What is in the place of one and is no folder of ours, or is open to others, is removed as well.
    ///
    /// - Parameter takesAway: Is asked of each file whether it has taken it out of the folder itself.
    private static func empty(
        _ folder: String,
        keeping kept: [String],
        _ takesAway: (String) -> Bool = { _ in false }
    ) throws(FolderError) {
        var facts = stat()
        guard lstat(folder, &facts) == 0 else { return }
        guard facts.st_mode & (S_IFMT | 0o7777) == S_IFDIR | 0o700, facts.st_uid == geteuid(),
            let names = FolderNames.of(folder)
        else { return try remove(folder) }
        for name in names {
            let path = "\(folder)/\(name)"
            let isKept = kept.contains { $0 == path || $0.hasPrefix(path + "/") }
            if isKept {
                try empty(path, keeping: kept, takesAway)
            } else if !takesAway(path) {
                try remove(path)
            }
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
