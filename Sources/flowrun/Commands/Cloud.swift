import ArgumentParser
import Cloud
import Foundation

struct Cloud: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud",
        abstract: "The local cloud: an object store and a token endpoint in place of Google's.",
        discussion: """
            Runs that use the secret set 'local' start it by themselves. Their steps get its address in STORAGE_EMULATOR_HOST and a
            service account key of its own in SERVICE_ACCOUNT_KEY; runs with real secrets get neither.

            EXAMPLES
              flowrun cloud up
              flowrun cloud status
              flowrun cloud down
            """,
        subcommands: [CloudUp.self, CloudDown.self, CloudStatusCommand.self, CloudServe.self]
    )
}

struct CloudUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start it, and keep its secrets in the set 'local'.",
        discussion: """
            EXAMPLES
              flowrun cloud up
            """
    )

    func run() async throws {
        let surroundings = Surroundings()
        let cloud = LocalCloud(folder: surroundings.home.cloud)
        let endpoints = try await cloud.ensureUp(executable: Surroundings.program)
        try RunCloud.keepSecrets(of: cloud, in: try surroundings.openStore())
        Console.print(
            "object store  \(endpoints.storage)\ntoken         \(endpoints.token)\nsecrets       set 'local' (use with --secrets local)"
        )
    }
}

struct CloudDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop it. What it holds is kept.",
        discussion: """
            EXAMPLES
              flowrun cloud down
            """
    )

    func run() async throws {
        try await LocalCloud(folder: Surroundings().home.cloud).down()
    }
}

struct CloudStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Whether it runs, and where.",
        discussion: """
            EXAMPLES
              flowrun cloud status
              flowrun cloud status || flowrun cloud up
            """
    )

    func run() throws {
        switch try LocalCloud(folder: Surroundings().home.cloud).status() {
        case .running(let pid, let endpoints):
            Console.print(
                "running (process \(pid))\nobject store  \(endpoints.storage)\ntoken         \(endpoints.token)"
            )
        case .notAnswering(let pid):
            Console.print(
                "process \(pid.map(String.init) ?? "?") holds the local cloud, but does not answer; see its cloud.log"
            )
            throw CommandEnd(.runFailed)
        case .stopped:
            Console.print("stopped")
            throw CommandEnd(.runFailed)
        }
    }
}

struct CloudServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "The server itself.",
        shouldDisplay: false
    )

    @Option var folder: String

    func run() async throws {
        try await LocalCloud(folder: folder).serve()
    }
}
