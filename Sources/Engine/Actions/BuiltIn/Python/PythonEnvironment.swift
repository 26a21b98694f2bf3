import Foundation

/// An environment of the job's own for one Python of the machine, so that what a job installs reaches nothing else.
struct PythonEnvironment: Sendable {
    let folder: String
    private let base: FoundPython

    var binaries: String { folder + "/bin" }
    var program: String { binaries + "/python" }

    /// - Parameter isForPath: Whether it may be the folder that the shims look into; another stands beside it, and the
    ///   environments that the job has made of other Pythons stay what they are.
    init(for python: FoundPython, isForPath: Bool, _ call: BuiltInCall) {
        base = python
        let apart = "\(call.python)-\(python.versionText)"
        let former = Self.version(of: call.python)
        let isUsual = python.family == .cPython && (former ?? python.version) == python.version
        folder = isForPath && isUsual ? call.python : apart
    }

    /// Makes it where it is not there yet.
    func make(_ call: BuiltInCall, _ toolbox: Toolbox) async throws {
        try await run(
            "/bin/sh",
            [toolbox.pythonEnvironment, base.path],
            call,
            orElse: "The job's Python could not be made"
        )
        // Older versions of `venv` leave the name with the number out.
        let name = "\(binaries)/python\(base.version.numbers[0]).\(base.version.numbers[1])"
        guard access(name, F_OK) != 0 else { return }
        guard symlink("python", name) == 0 || errno == EEXIST else {
            throw FolderError(path: name, reason: String(cString: strerror(errno)))
        }
    }

    func run(
        _ program: String,
        _ arguments: [String],
        _ call: BuiltInCall,
        orElse complaint: String
    ) async throws {
        let status = try await call.runProcess(
            Command(
                executable: program,
                arguments: arguments,
                workingDirectory: call.workspace,
                environment: call.environment.merging(["FLOWRUN_JOB_PYTHON": folder]) { $1 }
            )
        )
        guard status == 0 else { throw StepFailure("\(complaint) (exit code \(status))") }
    }

    /// What the environment in a folder was made from, as `venv` (`version`) and `uv` (`version_info`) write it down.
    private static func version(of folder: String) -> ToolVersion? {
        for line in (PlainFile.text(of: "\(folder)/pyvenv.cfg") ?? "").split(whereSeparator: \.isNewline) {
            let words = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard words.count == 2, words[0] == "version" || words[0] == "version_info" else { continue }
            return ToolVersion(words[1].prefix { $0.isNumber || $0 == "." })
        }
        return nil
    }
}
