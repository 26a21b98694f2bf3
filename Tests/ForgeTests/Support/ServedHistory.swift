import Engine
import Foundation
import Store
import Workflows

@testable import Forge

/// A repository with one commit, and jobs of its runs that have a token of their own.
struct ServedHistory: Sendable {
    let served: Served
    let path: String
    let commit: String

    init(_ served: Served, named name: String = "demo") async throws {
        self.served = served
        path = "\(served.home.path)/\(name)"
        try FileManager.default.createDirectory(atPath: "\(path)/src", withIntermediateDirectories: true)
        try "hello\n".write(toFile: "\(path)/README.md", atomically: true, encoding: .utf8)
        try "code\n".write(toFile: "\(path)/src/main.py", atomically: true, encoding: .utf8)
        _ = try await Self.git("init", "-q", "-b", "main", in: path)
        _ = try await Self.git("add", "-A", in: path)
        _ = try await Self.git("commit", "-q", "-m", "first", in: path)
        commit = try await Self.git("rev-parse", "HEAD", in: path)
    }

    /// - Parameter origin: What the repository's `origin` is; itself where it has none.
    func job(
        _ scopes: [String: String] = ["contents": "write"],
        origin: String? = nil
    ) async throws -> HistoryJob {
        let run = try served.store.createRun(
            NewRun(
                repository: path,
                path: "ci.yml",
                name: "CI",
                displayTitle: "t",
                event: "push",
                ref: "refs/heads/main",
                headSHA: commit,
                payload: "{}",
                workflow: "on: push"
            )
        ).id
        let id = try served.store.allocateJobs(runID: run, [NewJob(key: "build", name: "build")])[0]
        let facts = RunFacts.served(
            run: run,
            commit: commit,
            repository: path,
            named: "ada/\(URL(fileURLWithPath: path).lastPathComponent)",
            origin: origin
        )
        let job = ToolkitJob(
            id: id,
            key: "build",
            facts: facts,
            workflowRef: "w",
            workflowSHA: commit,
            token: LocalToken.make(),
            rights: TokenRights(.scopes(scopes))
        )
        guard let place = try await served.toolkit.variables(for: job).forge, let token = job.token else {
            throw CommandFailure(command: "the job has no forge", status: 1)
        }
        return HistoryJob(job: job, token: token, server: place.server, api: place.api)
    }

    @discardableResult
    static func git(_ arguments: String..., in folder: String) async throws -> String {
        let done = try await tryGit(arguments, in: folder)
        guard done.status == 0 else { throw CommandFailure(command: done.output, status: done.status) }
        return done.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The real git, with no settings of this machine's.
    static func tryGit(
        _ arguments: [String],
        in folder: String
    ) async throws -> (status: Int32, output: String) {
        try await runProgram(
            "git",
            ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"] + arguments,
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "HOME": "/nonexistent",
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true",
            ],
            in: folder
        )
    }
}

/// A job and the forge as its steps know it.
struct HistoryJob: Sendable {
    let job: ToolkitJob
    let token: String
    let server: String
    let api: String

    /// The repository's address with the token as a password, as scripts write it.
    var remote: String {
        "\(server)/\(job.facts.repository.fullName)".replacing(
            "http://",
            with: "http://x-access-token:\(token)@"
        )
    }

    var repository: String { "\(api)/repos/\(job.facts.repository.fullName)" }

    func ask(_ path: String, _ more: String..., input: [String: Any]? = nil) async throws -> Answer {
        try await send(
            "\(repository)\(path)",
            more,
            input.map { try JSONSerialization.data(withJSONObject: $0) }
        )
    }

    func send(_ url: String, _ more: [String], _ input: Data?) async throws -> Answer {
        let method = more.isEmpty ? (input == nil ? "GET" : "POST") : more[0]
        return try await curl("-X", method, "-H", "Authorization: token \(token)", url, input: input)
    }
}
