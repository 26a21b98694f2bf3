package import Foundation

/// The command files of one step: made fresh before it, read after it.
package struct StepCommandFiles: Sendable {
    /// The most bytes that are read of any file other than the summary.
    package static let sizeLimit = 16 << 20
    package static let summaryLimit = 1 << 20

    /// In the order of the kinds.
    private let paths: [String]

    /// Makes an empty file of each kind in `folder`, which is made if need be (`_temp/_runner_file_commands`).
    ///
    /// Files of a step that has ended may be taken over, under new names: to make and remove files is most of what a
    /// short step costs.
    package init(in folder: String, id: UUID = UUID()) throws(StepCommandFilesError) {
        try self.init(in: folder, id: id, replacing: nil, spares: nil)
    }

    init(
        in folder: String,
        id: UUID = UUID(),
        replacing old: StepCommandFiles?,
        spares: SpareFiles?
    ) throws(StepCommandFilesError) {
        let name = id.uuidString.lowercased()
        paths = CommandFile.allCases.map { "\(folder)/\($0.prefix)_\(name)" }
        for file in CommandFile.allCases {
            let path = path(of: file)
            if let old, UnsharedFile.takeOver(old.path(of: file), as: path, mode: 0o644) { continue }
            if let spares, spares.take(as: path) { continue }
            if Self.create(path) { continue }
            guard errno == ENOENT, Self.makeFolder(folder), Self.create(path) else {
                throw StepCommandFilesError(path: path, cause: String(cString: strerror(errno)))
            }
        }
    }

    package func path(of file: CommandFile) -> String { paths[file.rawValue] }

    /// The variables that tell the step where its files are.
    ///
    /// `translate` gives a path as the step sees it.
    package func environment(translate: (String) -> String = { $0 }) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: CommandFile.allCases.map { ($0.variable, translate(path(of: $0))) }
        )
    }

    /// Reads all files.
    ///
    /// A step may have removed one, which is as if it were empty; whatever else it has put in the place of
    /// one is refused without being opened for long or followed.
    package func read() -> CommandFileReport {
        var report = CommandFileReport()
        report.read(.environment, from: self) { report, bytes throws(CommandFileError) in
            var entries: [CommandFileEntry] = []
            defer { report.apply(environment: entries) }
            try CommandFileReader.read(bytes, of: .environment, into: &entries)
        }
        report.read(.path, from: self) { report, bytes throws(CommandFileError) in
            report.paths = CommandFileReader.paths(of: bytes)
        }
        report.read(.output, from: self) { report, bytes throws(CommandFileError) in
            try CommandFileReader.read(bytes, of: .output, into: &report.outputs)
        }
        report.read(.state, from: self) { report, bytes throws(CommandFileError) in
            try CommandFileReader.read(bytes, of: .state, into: &report.state)
        }
        report.readSummary(from: self)
        return report
    }

    /// Removes the files.
    package func remove() {
        for path in paths { unlink(path) }
    }

    /// The bytes of one file; nil where it is not there.
    func bytes(of file: CommandFile, limit: Int) throws(CommandFileError) -> [UInt8]? {
        // Not blocking: to open a named pipe would otherwise wait for a writer.
        let descriptor = open(path(of: file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw CommandFileError(file: file, reason: .symbolicLink)
            case ENXIO: throw CommandFileError(file: file, reason: .notRegular)
            default:
                throw CommandFileError(file: file, reason: .unreadable(String(cString: strerror(errno))))
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFileError(file: file, reason: .notRegular)
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw CommandFileError(file: file, reason: .tooLarge(bytes: size, limit: limit))
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress.map { $0 + filled }, size - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFileError(file: file, reason: .unreadable(String(cString: strerror(errno))))
            }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }

    private static func create(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        return close(descriptor) == 0
    }

    private static func makeFolder(_ path: String) -> Bool {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return true }
        let parent = (path as NSString).deletingLastPathComponent
        guard errno == ENOENT, !parent.isEmpty, parent != path else { return false }
        return makeFolder(parent) && mkdir(path, 0o755) == 0
    }
}

/// The command files of a step could not be made.
package struct StepCommandFilesError: Error, Sendable, CustomStringConvertible {
    package var path: String
    package var cause: String

    package var description: String { "the command file `\(path)` cannot be made: \(cause)" }
}
