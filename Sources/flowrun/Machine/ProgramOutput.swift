import Foundation

/// What the programs of this machine say of themselves.
enum ProgramOutput {
    /// An engine whose service hangs must not hold up the answer.
    private static let patience: DispatchTimeInterval = .seconds(10)

    /// What a program prints, trimmed; nil where it is absent, fails or takes too long.
    static func of(_ words: [String]) -> String? {
        let (status, output) = run(words)
        return status == 0 ? output : nil
    }

    /// The last line of what a program prints, errors included; nil where that is nothing.
    static func lastLine(of words: [String]) -> String? {
        run(["sh", "-c", "exec \"$@\" 2>&1", "sh"] + words).output.split(separator: "\n").last.map(
            String.init
        )
    }

    private static func run(_ words: [String]) -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { return (-1, "") }
        let pid = process.processIdentifier
        let end = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: end)
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        end.cancel()
        let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (process.terminationStatus, text)
    }
}
