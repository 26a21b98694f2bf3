import Engine
import Foundation

/// The files that `lint` is asked to look at.
struct LintFiles {
    /// Of the repository, or the current folder.
    let root: String
    let stdinName: String

    /// What is larger is over the language's limit, at four bytes a character.
    private static let mostBytes = 4 << 20

    struct File {
        var path: String
        var text: String
    }

    /// The folder of the repository around a folder, else the folder itself.
    ///
    /// Nothing else of the repository is asked for here, so that its library need not be set up.
    static func root(around folder: String) -> String {
        var candidate = folder
        while !FileManager.default.fileExists(atPath: "\(candidate)/.git") {
            let parent = (candidate as NSString).deletingLastPathComponent
            if parent == candidate || parent.isEmpty { return folder }
            candidate = parent
        }
        return candidate
    }

    func files(of paths: [String]) throws -> [File] {
        if paths.isEmpty {
            let prefix = root == FileManager.default.currentDirectoryPath ? "" : "\(root)/"
            let found = try inRepository(root).map { "\(prefix)\($0)" }
            guard !found.isEmpty else {
                let folders = WorkflowFiles.folders.joined(separator: ", ")
                throw CommandEnd(
                    .nothingStarted,
                    "error: there is none of \(folders) here; name a file or folder"
                )
            }
            return try found.map(read)
        }
        return try paths.flatMap { path -> [File] in
            if path == "-" {
                let data = FileHandle.standardInput.readData(ofLength: Self.mostBytes + 1)
                return [File(path: stdinName, text: String(decoding: data, as: UTF8.self))]
            }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandEnd(.nothingStarted, "error: there is no file or folder `\(path)`")
            }
            return isFolder.boolValue ? try inFolder(path).map(read) : [try read(path)]
        }
    }

    private func inFolder(_ path: String) throws -> [String] {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let found = try inRepository(path)
        if !found.isEmpty { return found.map { "\(path)/\($0)" } }
        return try Self.yaml(in: path).map { "\(path)/\($0)" }
    }

    /// The workflows of a repository, the action at its root, and those in `.github/actions`.
    private func inRepository(_ root: String) throws -> [String] {
        guard let folder = WorkflowFiles.folder(under: root) else {
            return []
        }
        var found = try Self.yaml(in: "\(root)/\(folder)").map { "\(folder)/\($0)" }
        let actions = ".github/actions"
        let names = ["action.yml", "action.yaml"]
        found += names.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
        if Self.isFolder("\(root)/\(actions)"),
            let below = FileManager.default.enumerator(atPath: "\(root)/\(actions)")
        {
            let paths = below.compactMap { $0 as? String }.filter { path in
                names.contains { path == $0 || path.hasSuffix("/\($0)") } && !path.contains("node_modules/")
            }
            found += paths.sorted().map { "\(actions)/\($0)" }
        }
        return found
    }

    private static func yaml(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter(WorkflowFiles.isWorkflow)
    }

    private func read(_ path: String) throws -> File {
        // Of a file that is too large so much is read that it is found to be.
        var info = stat()
        let isTooLarge = stat(path, &info) == 0 && info.st_size > Self.mostBytes
        let data =
            isTooLarge
            ? FileHandle(forReadingAtPath: path)?.readData(ofLength: Self.mostBytes + 1)
            : FileManager.default.contents(atPath: path)
        guard let data else {
            throw CommandEnd(.nothingStarted, "error: `\(path)` cannot be read")
        }
        let shown = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return File(path: shown, text: String(decoding: data, as: UTF8.self))
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
