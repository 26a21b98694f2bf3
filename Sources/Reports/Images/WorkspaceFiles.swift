package import Foundation

/// Files below one folder, opened so that nothing outside it can be read: no `..`, and no symbolic link is followed.
package struct WorkspaceFiles: Sendable {
    package enum Refusal: Error, Sendable, Equatable {
        case missing
        case outside
        case symbolicLink
        case notAFile
        case tooLarge(limit: Int)
        case unreadable(String)
    }

    /// The folder, with the symbolic links of its own path resolved.
    package let root: String

    package init(root: String) throws(ReportsError) {
        self.root = try Self.resolved(root)
    }

    /// The bytes of a file; `path` is absolute, or relative to `folder`.
    package func read(_ path: String, from folder: String, limit: Int) throws(Refusal) -> Data {
        let components = try components(of: path, from: folder)
        guard let name = components.last else { throw .notAFile }
        var directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.refusal(errno) }
        defer { close(directory) }
        for component in components.dropLast() {
            let next = openat(directory, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw Self.refusal(errno, component, in: directory) }
            close(directory)
            directory = next
        }
        // A pipe must not hold us up: it is opened without waiting, and refused by its kind.
        let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw Self.refusal(errno, name, in: directory) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.refusal(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        return try Self.contents(of: file, limit: limit)
    }

    /// The way from the root to the file, free of `.` and `..`.
    private func components(of path: String, from folder: String) throws(Refusal) -> [String] {
        guard !path.utf8.contains(0) else { throw .missing }
        let absolute: String
        if path.hasPrefix("/") {
            absolute = path
        } else {
            guard let start = try? Self.resolved(folder) else { throw .missing }
            absolute = start + "/" + path
        }
        var components: [Substring] = []
        for part in absolute.split(separator: "/") where part != "." {
            if part == ".." { _ = components.popLast() } else { components.append(part) }
        }
        let prefix = root.split(separator: "/")
        guard components.starts(with: prefix) else { throw .outside }
        return components.dropFirst(prefix.count).map(String.init)
    }

    private static func contents(of file: Int32, limit: Int) throws(Refusal) -> Data {
        var contents = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw refusal(errno) }
            if count == 0 { return contents }
            contents.append(contentsOf: buffer[..<count])
            guard contents.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    private static func refusal(_ code: Int32) -> Refusal {
        code == ENOENT ? .missing : .unreadable(String(cString: strerror(code)))
    }

    private static func refusal(_ code: Int32, _ name: String, in directory: Int32) -> Refusal {
        guard code == ELOOP || code == ENOTDIR else { return refusal(code) }
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return refusal(errno) }
        return status.st_mode & S_IFMT == S_IFLNK ? .symbolicLink : .missing
    }

    private static func resolved(_ path: String) throws(ReportsError) -> String {
        guard let real = realpath(path, nil) else {
            throw ReportsError(.file(path: path, problem: String(cString: strerror(errno))))
        }
        defer { free(real) }
        return String(cString: real)
    }
}
