import Foundation

/// `actions/setup-python`: finds a Python of the asked version on this machine and makes the job's own from it.
struct SetupPython: BuiltInAction {
    static let name = "actions/setup-python"
    static let inputs = [
        BuiltInInput("python-version"), BuiltInInput("python-version-file"), BuiltInInput("cache"),
        BuiltInInput("cache-dependency-path"), BuiltInInput("architecture"),
        BuiltInInput("check-latest", default: "false"), BuiltInInput("token"),
        BuiltInInput("update-environment", default: "true"),
        BuiltInInput("allow-prereleases", default: "false"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        if !call["architecture"].isEmpty, call["architecture"].uppercased() != RunnerContext.architecture {
            throw StepFailure(
                "This machine is \(RunnerContext.architecture); Python for '\(call["architecture"])' cannot be had"
            )
        }
        let wanted = try wantedVersion(call)
        let found = PythonFinder.all(
            path: call.environment["PATH"] ?? "",
            home: call.environment["HOME"] ?? ""
        )
        let match = found.filter { $0.satisfies(wanted) }.max {
            $0.version.lexicographicallyPrecedes($1.version)
        }
        guard let match else {
            let seen = found.isEmpty ? "none" : found.map(\.versionText).joined(separator: ", ")
            throw StepFailure(
                "Python \(wanted) is not on this machine (there is \(seen)); install it, for example with "
                    + "`apt install python\(wanted)` or `uv python install \(wanted)`"
            )
        }
        let script = Toolbox(home: call.services.home, program: call.services.program).pythonEnvironment
        let status = try await call.runProcess(
            Command(
                executable: "/bin/sh",
                arguments: [script, match.path],
                workingDirectory: call.workspace,
                environment: call.environment
            )
        )
        guard status == 0 else {
            throw StepFailure("The job's Python could not be made (exit code \(status))")
        }
        call.say("Successfully set up CPython (\(match.versionText))")
        var result = BuiltInResult(
            outputs: [
                ("python-version", match.versionText), ("cache-hit", "false"),
                ("python-path", call.python + "/bin/python"),
            ])
        if try call.flag("update-environment") {
            result.variables = [("pythonLocation", call.python), ("Python_ROOT_DIR", call.python)]
        }
        return result
    }

    private func wantedVersion(_ call: BuiltInCall) throws -> String {
        if !call["python-version"].isEmpty {
            let lines = call["python-version"].split(whereSeparator: \.isNewline)
            guard lines.count == 1 else {
                throw StepFailure("a job has one Python; 'python-version' asks for \(lines.count)")
            }
            return lines[0].trimmingCharacters(in: .whitespaces)
        }
        let file = call["python-version-file"].isEmpty ? ".python-version" : call["python-version-file"]
        if let data = FileManager.default.contents(atPath: "\(call.workspace)/\(file)"),
            let first = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
        {
            return first.trimmingCharacters(in: .whitespaces)
        }
        if !call["python-version-file"].isEmpty {
            throw StepFailure("The specified python version file at: \(file) doesn't exist.")
        }
        return "3.x"
    }
}

/// A Python on this machine.
struct FoundPython: Sendable {
    var path: String
    var version: [Int]

    var versionText: String { version.map(String.init).joined(separator: ".") }

    /// `3`, `3.x`, `3.11`, `3.11.7`, `>=3.9`, `3.9 - 3.12` is not known and fits nothing.
    func satisfies(_ wanted: String) -> Bool {
        var text = wanted[...]
        var isMinimum = false
        if text.hasPrefix(">=") {
            isMinimum = true
            text = text.dropFirst(2)
        } else if text.hasPrefix("~") || text.hasPrefix("=") || text.hasPrefix("v") {
            text = text.dropFirst()
        }
        let parts = text.split(separator: ".").map(String.init).filter { !["x", "X", "*"].contains($0) }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count else { return false }
        if isMinimum { return !version.lexicographicallyPrecedes(numbers) }
        return version.starts(with: numbers)
    }
}

enum PythonFinder {
    /// The Pythons on PATH, of pyenv and of uv; each is asked for its version.
    static func all(path: String, home: String) -> [FoundPython] {
        var candidates: [String] = []
        let minors = (6...20).reversed().map { "python3.\($0)" }
        for folder in path.split(separator: ":") where !folder.hasSuffix("/shims") {
            candidates += (["python3", "python"] + minors).map { "\(folder)/\($0)" }
        }
        for family in ["\(home)/.pyenv/versions", "\(home)/.local/share/uv/python"] {
            // Where the folder is absent there are none of these.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: family)) ?? []
            candidates += names.sorted().map { "\(family)/\($0)/bin/python3" }
        }
        var seen: Set<String> = []
        return candidates.compactMap { candidate in
            guard access(candidate, X_OK) == 0 else { return nil }
            let real = URL(fileURLWithPath: candidate).resolvingSymlinksInPath().path
            guard seen.insert(real).inserted, let version = version(of: candidate) else { return nil }
            return FoundPython(path: candidate, version: version)
        }
    }

    private static func version(of path: String) -> [Int]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        let parts = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: ".").compactMap { Int($0) }
        return parts.count == 3 ? parts : nil
    }
}
