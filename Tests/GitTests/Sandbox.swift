import Foundation
import Testing

@testable import Git

/// A folder of its own for one test, with the real `git` to make and to judge repositories.
final class Sandbox {
    let root: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("flowrun-git-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        root = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Runs git in a folder, without settings of the user, and gives what it prints; any status but 0 fails
    /// the test.
    @discardableResult
    func git(_ folder: String, _ arguments: String...) throws -> String {
        let (status, output) = try run(folder, arguments)
        try #require(status == 0, "git \(arguments.joined(separator: " ")): \(output)")
        return output
    }

    func run(_ folder: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", path(folder)] + arguments
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
        environment["GIT_CONFIG_NOSYSTEM"] = "1"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["LC_ALL"] = "C"
        for role in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(role)_NAME"] = "Ada"
            environment["GIT_\(role)_EMAIL"] = "ada@example.org"
        }
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// A repository with one commit: `readme.md`, an executable `bin/run`, a link and a deep file.
    @discardableResult
    func makeRepository(_ name: String = "project") throws -> Repository {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        try git(name, "init", "--quiet", "--initial-branch=main")
        try git(name, "config", "user.name", "Ada")
        try git(name, "config", "user.email", "ada@example.org")
        try write("\(name)/readme.md", "one\n")
        try write("\(name)/bin/run", "#!/bin/sh\n")
        try write("\(name)/a/b/c.txt", "deep\n")
        try write("\(name)/.gitignore", "*.log\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: path("\(name)/bin/run")
        )
        try FileManager.default.createSymbolicLink(
            atPath: path("\(name)/link"),
            withDestinationPath: "readme.md"
        )
        try commit(name, "first")
        return try Repository(at: path(name))
    }

    @discardableResult
    func commit(_ name: String, _ message: String) throws -> CommitID {
        try git(name, "add", "--all")
        try git(name, "commit", "--quiet", "--message", message)
        return try tip(name)
    }

    func tip(_ name: String, _ revision: String = "HEAD") throws -> CommitID {
        try #require(CommitID(try git(name, "rev-parse", "\(revision)^{commit}")))
    }

    /// A workspace of `project` on `main`.
    @discardableResult
    func makeWorkspace(
        _ name: String = "work",
        options: CheckoutOptions = CheckoutOptions()
    ) throws -> Repository {
        try Repository.makeWorkspace(
            from: .local(path("project")),
            at: tip("project", "main"),
            ref: "refs/heads/main",
            into: path(name),
            options: options
        )
    }
}

let ada = Signature(name: "Ada", email: "ada@example.org", time: Date(timeIntervalSince1970: 1_700_000_000))
