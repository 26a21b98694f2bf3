import Dispatch
import Foundation

/// A secret that is not kept but asked for each time, from the user's own keeper: `pass show token`, `op read …`.
package struct SecretCommand: Sendable {
    /// How the value of such a secret begins in the store: no value of anybody's does.
    private static let mark = "\u{1}flowrun command\u{1}"
    /// Longer than a person takes to unlock a keeper.
    private static let limit = DispatchTimeInterval.seconds(120)

    /// What a shell is given.
    package let command: String

    package init(_ command: String) { self.command = command }

    /// The command that a stored value stands for; nil where it is a value.
    init?(stored: String) {
        guard stored.hasPrefix(Self.mark) else { return nil }
        command = String(stored.dropFirst(Self.mark.count))
    }

    /// As it is kept.
    package var stored: String { Self.mark + command }

    /// What the command prints, without the newline at its end.
    ///
    /// - Throws: `SessionError`, which says neither what it printed nor the command, which may hold something secret.
    func value(of name: String, environment: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            throw SessionError.refused("the command for secret `\(name)` cannot be started")
        }
        let pid = process.processIdentifier
        let end = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit, execute: end)
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        end.cancel()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let how =
                process.terminationReason == .exit ? "exit code \(process.terminationStatus)" : "a signal"
            throw SessionError.refused("the command for secret `\(name)` ended with \(how)")
        }
        var text = String(decoding: output, as: UTF8.self)
        while text.hasSuffix("\n") || text.hasSuffix("\r") { text.removeLast() }
        guard !text.isEmpty else {
            throw SessionError.refused("the command for secret `\(name)` printed nothing")
        }
        return text
    }
}
