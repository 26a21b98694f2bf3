import ArgumentParser
import Daemon
import Engine
import Foundation
import Git
import Store

struct Repo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo",
        abstract: "The repositories that the daemon serves.",
        discussion: """
            Schedules fire for these only. Runs that are handed over, and events of git hooks, are run for any repository.

            EXAMPLES
              flowrun repo add
              flowrun repo add /srv/git/project.git
              flowrun repo list
              flowrun repo remove .
            """,
        subcommands: [RepoAdd.self, RepoList.self, RepoRemove.self]
    )

    /// The repository of a path as runs are filed under it.
    static func path(of given: String) throws -> String {
        guard let repository = try Repository.discover(from: given) else {
            throw CommandEnd(.nothingStarted, "error: `\(given)` is not in a git repository")
        }
        return try repository.mainFolder()
    }
}

struct RepoAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Serve a repository of this machine, bare or not.",
        discussion: """
            EXAMPLES
              flowrun repo add
              flowrun repo add ~/work/model /srv/git/project.git
              flowrun repo add ~/work/model --webhook-secret-from-file secret.txt
            """
    )

    @Argument(help: "Their folders; the current one where none is given.", completion: .directory)
    var paths: [String] = ["."]

    @Option(
        help: ArgumentHelp(
            "A file with the secret by which the forge signs its webhooks (- for standard input).",
            valueName: "file"
        ),
        completion: .file()
    )
    var webhookSecretFromFile: String?

    func validate() throws {
        if webhookSecretFromFile != nil, paths.count != 1 {
            throw ValidationError("--webhook-secret-from-file is for one repository")
        }
    }

    func run() throws {
        let surroundings = Surroundings()
        let secret = try webhookSecretFromFile.map(Self.secret(in:))
        // All of them are looked at before one is added.
        let found = try paths.map(Repo.path(of:))
        let store = try surroundings.openStore()
        for path in found {
            Console.print(try store.addRepository(path) ? "added \(path)" : "\(path) was served already")
        }
        if let secret, let path = found.first { try WebhookSecrets(store: store).set(secret, for: path) }
        DaemonBell(home: surroundings.home).ring()
    }

    /// The first line of a file: editors end it with a newline that is no part of the secret.
    private static func secret(in file: String) throws -> String {
        let data =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data else { throw CommandEnd(.nothingStarted, "error: `\(file)` cannot be read") }
        let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(
            String.init
        )
        guard let line, !line.allSatisfy(\.isWhitespace) else {
            throw CommandEnd(.nothingStarted, "error: `\(file)` is empty: an empty secret lets everybody in")
        }
        return line
    }
}

struct RepoList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Which are served.",
        discussion: """
            EXAMPLES
              flowrun repo list
              flowrun repo list --json
            """
    )

    @Flag(help: "As a JSON array.") var json = false

    private struct Row: Encodable {
        var path: String
        var addedAt: Date

        enum CodingKeys: String, CodingKey {
            case path
            case addedAt = "added_at"
        }
    }

    func run() throws {
        let repositories = try Store(home: Surroundings().home, readOnly: true).repositories()
        if json { return try RunJSON.print(repositories.map { Row(path: $0.path, addedAt: $0.addedAt) }) }
        if repositories.isEmpty { Console.complain("no repositories yet: flowrun repo add") }
        for repository in repositories { Console.print(repository.path) }
    }
}

struct RepoRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Serve a repository no more; nothing in it is touched, and its runs stay.",
        discussion: """
            EXAMPLES
              flowrun repo remove
              flowrun repo remove /srv/git/gone.git
            """
    )

    @Argument(help: "Its folder; the current one where none is given.", completion: .directory)
    var path = "."

    func run() throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        // One whose folder is gone is named as it was.
        let named = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: surroundings.folder))
        let known = (try? Repo.path(of: path)) ?? named.standardizedFileURL.path
        guard try store.removeRepository(known) else {
            throw CommandEnd(.nothingStarted, "error: `\(known)` is not served; see `flowrun repo list`")
        }
        DaemonBell(home: surroundings.home).ring()
        Console.print("removed \(known)")
    }
}
