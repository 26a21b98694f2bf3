import Foundation
import Testing

/// A throw-away home with a state folder and repositories, and the built binary to be used there as a person would.
///
/// Everything is removed when the site goes; what still runs of it is ended.
final class Site {
    let folder: String
    var environment: [String: String]

    init() throws {
        let temporary = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        folder = "\(temporary)/flowrun-site-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: "\(folder)/home", withIntermediateDirectories: true)
        let given = ProcessInfo.processInfo.environment
        // Package managers keep their caches and settings where they are: what they downloaded once is there.
        let kept = [
            "PATH", "LANG", "USER", "TMPDIR", "PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "UV_INDEX_URL",
            "UV_DEFAULT_INDEX", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "PIP_CONFIG_FILE",
            "UV_CONFIG_FILE",
            "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "LD_LIBRARY_PATH", "PYENV_ROOT",
        ]
        environment = given.filter {
            kept.contains($0.key) || $0.key.hasPrefix("PIP_") || $0.key.hasPrefix("UV_")
        }
        environment["HOME"] = "\(folder)/home"
        environment["FLOWRUN_HOME"] = "\(folder)/state"
        environment["UV_CACHE_DIR"] = given["UV_CACHE_DIR"] ?? "\(given["HOME"] ?? "/tmp")/.cache/uv"
        environment["NO_COLOR"] = "1"
        try "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
            .write(toFile: "\(folder)/home/.gitconfig", atomically: true, encoding: .utf8)
    }

    deinit {
        _ = try? flowrun("cloud", "down", in: folder)
        try? FileManager.default.removeItem(atPath: folder)
    }

    var state: String { "\(folder)/state" }

    /// The binary beside the test bundle, or `$FLOWRUN`.
    static let binary: String = {
        if let given = ProcessInfo.processInfo.environment["FLOWRUN"] { return given }
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/flowrun"
    }()

    /// A git repository with one commit of the given files.
    func repository(
        _ files: [String: String],
        named name: String = "repo",
        message: String = "first"
    ) throws -> String {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try git("init", "-q", in: path)
        try write(files, to: path)
        try git("add", "-A", in: path)
        try git("commit", "-q", "-m", message, in: path)
        return path
    }

    /// A repository whose only workflow, `w.yml`, has one job with these steps.
    func repository(steps: String) throws -> String {
        let indented = steps.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
        let text = "on: [push, workflow_dispatch]\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
        return try repository([".github/workflows/w.yml": text + indented.joined(separator: "\n") + "\n"])
    }

    func write(_ files: [String: String], to path: String) throws {
        for (name, text) in files {
            let url = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: url, atomically: false, encoding: .utf8)
        }
    }

    @discardableResult
    func git(_ arguments: String..., in path: String) throws -> String {
        let done = try SiteProcess("/usr/bin/env", ["git"] + arguments, in: path, environment: environment)
            .wait()
        guard done.status == 0 else { throw SiteError(message: "git \(arguments): \(done.errors)") }
        return done.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    func flowrun(
        _ arguments: String...,
        in path: String,
        input: String? = nil,
        environment more: [String: String] = [:]
    ) throws -> SiteResult {
        try start(arguments, in: path, input: input, environment: more).wait()
    }

    func start(
        _ arguments: [String],
        in path: String,
        input: String? = nil,
        environment more: [String: String] = [:]
    ) throws -> SiteProcess {
        try SiteProcess(
            Self.binary,
            arguments,
            in: path,
            environment: environment.merging(more) { $1 },
            input: input
        )
    }

    /// Processes that still have this site's home in their environment.
    func leftovers(except names: [String] = []) -> [String] {
        let mark = Data("HOME=\(folder)/home\0".utf8)
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int($0) != nil }.compactMap { pid in
            guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
                environment.range(of: mark) != nil,
                let status = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
                !String(decoding: status, as: UTF8.self).contains("State:\tZ"),
                let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
            else { return nil }
            let command = String(decoding: line, as: UTF8.self).replacing("\0", with: " ")
            return names.contains { command.contains($0) } ? nil : command
        }
    }

    /// The files under a folder of the state that are no locks; empty folders are none.
    func files(in folder: String) -> [String] {
        let root = "\(state)/\(folder)"
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        return walk.compactMap { $0 as? String }.filter { name in
            var facts = stat()
            return lstat("\(root)/\(name)", &facts) == 0 && facts.st_mode & S_IFMT != S_IFDIR
                && !name.hasSuffix(".lock")
        }
    }

    /// What lies in places of jobs and is not kept for `run resume`.
    var abandonedWork: [String] {
        let files = files(in: "work")
        let kept = files.filter { $0.hasSuffix(".kept") }.map { String($0.dropLast(5)) }
        return files.filter { file in !kept.contains { file == "\($0).kept" || file.hasPrefix("\($0)/") } }
    }

    /// Whether any file under a folder holds a text.
    func holds(_ text: String, under path: String) -> Bool {
        guard let walk = FileManager.default.enumerator(atPath: path) else { return false }
        let wanted = Data(text.utf8)
        for case let name as String in walk {
            if let data = FileManager.default.contents(atPath: "\(path)/\(name)"),
                data.range(of: wanted) != nil
            {
                return true
            }
        }
        return false
    }
}

struct SiteError: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// How a command ended.
struct SiteResult {
    /// As a shell tells it: 128 and the signal where a signal ended it.
    var status: Int32
    var output: String
    var errors: String

    /// The objects of `--format json`.
    var events: [[String: Any]] {
        output.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
        }
    }

    /// Lines that steps printed.
    var log: [String] {
        events.filter { $0["event"] as? String == "log" }.compactMap { $0["line"] as? String }
    }

    /// The conclusion of each step that ended, by its name.
    var steps: [String: String] {
        var found: [String: String] = [:]
        for event in events where event["event"] as? String == "step.completed" {
            guard let step = event["step"] as? [String: Any], let name = step["name"] as? String else {
                continue
            }
            found[name] = step["conclusion"] as? String
        }
        return found
    }

    /// The runs as they ended.
    var runs: [[String: Any]] {
        events.filter { $0["event"] as? String == "run.completed" }.compactMap { $0["run"] as? [String: Any] }
    }
}

/// A command that runs; its output is collected as it comes.
final class SiteProcess: @unchecked Sendable {
    // `collected` is touched under `lock` alone; the rest is set before the reading threads start.
    private let process = Process()
    private let lock = NSCondition()
    private var collected = (output: Data(), errors: Data(), open: 2)

    init(
        _ program: String,
        _ arguments: [String],
        in folder: String,
        environment: [String: String],
        input: String? = nil
    ) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        let output = Pipe()
        let errors = Pipe()
        let given = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = input == nil ? FileHandle.nullDevice : given
        try process.run()
        if let input {
            given.fileHandleForWriting.write(Data(input.utf8))
            try given.fileHandleForWriting.close()
        }
        Thread.detachNewThread { [self] in read(output, isErrors: false) }
        Thread.detachNewThread { [self] in read(errors, isErrors: true) }
    }

    private func read(_ pipe: Pipe, isErrors: Bool) {
        while true {
            let chunk = pipe.fileHandleForReading.availableData
            lock.withLock {
                if chunk.isEmpty {
                    collected.open -= 1
                } else if isErrors {
                    collected.errors += chunk
                } else {
                    collected.output += chunk
                }
                lock.broadcast()
            }
            if chunk.isEmpty {
                // A test process has hundreds of these; the end of the handle alone comes too late.
                try? pipe.fileHandleForReading.close()
                return
            }
        }
    }

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { kill(pid, number) }

    var outputSoFar: String { lock.withLock { String(decoding: collected.output, as: UTF8.self) } }

    /// Waits until the output holds a text.
    func waitFor(_ text: String, seconds: Double = 60) throws {
        let limit = Date() + seconds
        let wanted = Data(text.utf8)
        try lock.withLock {
            while collected.output.range(of: wanted) == nil {
                guard collected.open > 0, lock.wait(until: limit) else {
                    throw SiteError(
                        message: "no `\(text)` in: \(String(decoding: collected.output, as: UTF8.self))"
                    )
                }
            }
        }
    }

    /// Waits for the end; a command that takes longer than the limit is killed, and that is an error.
    @discardableResult
    func wait(seconds: Double = 600) throws -> SiteResult {
        let limit = Date() + seconds
        while process.isRunning {
            guard Date() < limit else {
                kill(pid, SIGKILL)
                throw SiteError(message: "no end after \(seconds) s")
            }
            usleep(5000)
        }
        return lock.withLock {
            // A background process may hold the pipe: what is there after a moment is what there is.
            let patience = Date() + 2
            while collected.open > 0, lock.wait(until: patience) {}
            let isSignal = process.terminationReason == .uncaughtSignal
            return SiteResult(
                status: process.terminationStatus + (isSignal ? 128 : 0),
                output: String(decoding: collected.output, as: UTF8.self),
                errors: String(decoding: collected.errors, as: UTF8.self)
            )
        }
    }
}
