import Foundation

/// The hooks that a repository of this machine runs when it is pushed to: libgit2 leaves them out, and with them what its
/// owner lets nobody push.
struct ReceiveHooks {
    let destination: Repository
    let ref: String
    let before: CommitID?
    let after: CommitID

    /// Longer than any check that somebody waits for.
    private static let limit = Duration.seconds(600)
    private static let longestMessage = 4096

    /// Asks `pre-receive` and `update`; nil where both let the push in.
    func refusal() throws(GitError) -> PushError.Reason? {
        for (hook, arguments) in [("pre-receive", []), ("update", [ref, old, after.hex])] {
            if let why = try run(hook, arguments) { return .refused("the \(hook) hook declined\(why)") }
        }
        return nil
    }

    /// Tells `post-receive` and `post-update`, which have no say.
    func tell() throws(GitError) {
        _ = try run("post-receive", [])
        _ = try run("post-update", [ref])
    }

    private var old: String { before?.hex ?? String(repeating: "0", count: 40) }

    /// What the hook said where it declined; nil where it agreed or is not there.
    private func run(_ hook: String, _ arguments: [String]) throws(GitError) -> String? {
        let path = "\(try folder())/\(hook)"
        guard access(path, X_OK) == 0 else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: destination.gitDirectory)
        process.environment = environment
        do {
            let input = try scratch(holding: "\(old) \(after.hex) \(ref)\n")
            // A file, for a pipe would be held open by whatever the hook leaves running.
            let output = try scratch()
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let pid = process.processIdentifier
            let watchdog = DispatchWorkItem { kill(pid, SIGKILL) }
            let seconds = Int(Self.limit.components.seconds)
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: watchdog)
            process.waitUntilExit()
            watchdog.cancel()
            guard process.terminationReason != .exit || process.terminationStatus != 0 else { return nil }
            try output.seek(toOffset: 0)
            let said = try output.read(upToCount: Self.longestMessage) ?? Data()
            let text = String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return text.isEmpty ? "" : ": \(text)"
        } catch {
            throw GitError(reason: .other, subject: "run the hook `\(path)`", message: "\(error)")
        }
    }

    /// As git has it: the hook works in the repository, whatever the pusher's own variables say.
    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
        environment["GIT_DIR"] = "."
        // That a job pushes, as hooks that start workflows have to know.
        environment["GITHUB_ACTIONS"] = "true"
        return environment
    }

    private func folder() throws(GitError) -> String {
        guard let given = try destination.config("core.hooksPath"), !given.isEmpty else {
            return "\(destination.commonDirectory)/hooks"
        }
        let expanded = NSString(string: given).expandingTildeInPath
        return expanded.hasPrefix("/") ? expanded : "\(destination.gitDirectory)/\(expanded)"
    }

    /// A file that has no name any more.
    private func scratch(holding text: String = "") throws -> FileHandle {
        var template = Array("\(NSTemporaryDirectory())/flowrun-hook-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.seek(toOffset: 0)
        return file
    }
}
