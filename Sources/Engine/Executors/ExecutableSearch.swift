import Foundation

/// Finds the file of a command as a shell would, with an error that names what is wrong.
enum ExecutableSearch {
    static func find(_ command: Command) throws(ExecutorError) -> String {
        let folder = command.workingDirectory
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw ExecutorError(.workingDirectoryUnusable, folder, cause: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ExecutorError(.workingDirectoryUnusable, folder, cause: "it is not a folder")
        }
        let name = command.executable
        guard !name.isEmpty, !name.utf8.contains(0) else { throw ExecutorError(.executableNotFound, name) }
        if name.contains("/") {
            let path = absolute(name, in: folder)
            switch kind(of: path) {
            case .executable: return path
            case .absent: throw ExecutorError(.executableNotFound, name, cause: "no such file")
            case .folder: throw ExecutorError(.notExecutable, name, cause: "it is a folder")
            case .file: throw ExecutorError(.notExecutable, name, cause: "permission denied")
            }
        }
        var plainFile: String?
        let search = command.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for entry in search.split(separator: ":", omittingEmptySubsequences: false) {
            let path = absolute(entry.isEmpty ? name : "\(entry)/\(name)", in: folder)
            switch kind(of: path) {
            case .executable: return path
            case .file: plainFile = plainFile ?? path
            case .absent, .folder: continue
            }
        }
        if let plainFile { throw ExecutorError(.notExecutable, plainFile, cause: "permission denied") }
        throw ExecutorError(.executableNotFound, name, cause: "no folder of PATH has it")
    }

    private enum Kind { case executable, file, folder, absent }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .absent }
        if status.st_mode & S_IFMT == S_IFDIR { return .folder }
        return access(path, X_OK) == 0 ? .executable : .file
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}
