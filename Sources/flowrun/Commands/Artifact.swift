import ArgumentParser
import Foundation
import Store

struct Artifact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifact",
        abstract: "What runs have kept for people and later jobs.",
        discussion: """
            EXAMPLES
              flowrun artifact list
              flowrun artifact download model -D out
            """,
        subcommands: [ArtifactList.self, ArtifactDownload.self, ArtifactDelete.self]
    )
}

struct ArtifactList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The artifacts of this repository's runs, newest first.",
        discussion: """
            EXAMPLES
              flowrun artifact list
              flowrun artifact list 7 --json
            """
    )

    @Argument(help: ArgumentHelp("Only those of this run.", valueName: "run")) var runID: Int64?
    @Option(name: [.customShort("L"), .long], help: "How many.") var limit = 30
    @Flag(help: "An array of JSON objects.") var json = false

    func run() throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        let artifacts =
            if let runID { try store.artifacts(run: runID) } else {
                try store.artifacts(repository: surroundings.repositoryPath() ?? "", limit: limit)
            }
        if json { return Console.print(Self.json(artifacts)) }
        guard !artifacts.isEmpty else { return Console.complain("no artifacts yet") }
        Console.print(
            Table.text(
                ["ID", "NAME", "RUN", "SIZE", "AGE"],
                artifacts.map { artifact in
                    [
                        String(artifact.id), Words.plain(artifact.name), String(artifact.runID),
                        Words.size(artifact.size), Words.age(artifact.createdAt),
                    ]
                },
                width: Console.width
            )
        )
    }

    private static func json(_ artifacts: [ArtifactRecord]) -> String {
        var json = JSONWriter()
        json.array { json in
            for artifact in artifacts {
                json.object { json in
                    json.field("id", artifact.id)
                    json.field("name", artifact.name)
                    json.field("size_in_bytes", artifact.size)
                    json.field("digest", "sha256:\(artifact.digest)")
                    json.field("created_at", artifact.createdAt)
                    json.field("expires_at", artifact.expiresAt)
                    json.object("workflow_run") { $0.field("id", artifact.runID) }
                }
            }
        }
        return json.text
    }
}

struct ArtifactDownload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Unpack an artifact into a folder.",
        discussion: """
            Of several with one name the newest run's is taken. Files that are there already are never replaced.

            EXAMPLES
              flowrun artifact download model
              flowrun artifact download 12 -D out
            """
    )

    @Argument(help: "Its name, or its id.") var artifact: String
    @Option(name: [.customShort("D"), .customLong("dir")], help: "The folder (default: its name, here).")
    var folder: String?
    @Option(name: [.customShort("r"), .customLong("run")], help: "Only of this run.") var runID: Int64?

    func run() throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        let found = try ArtifactFiles.find(artifact, run: runID, store, surroundings)
        try ArtifactFiles.save(found, in: folder ?? found.name, store)
    }
}

struct ArtifactDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove an artifact.",
        discussion: """
            EXAMPLES
              flowrun artifact delete 12
            """
    )

    @Argument(help: "Its id.") var id: Int64

    func run() throws {
        guard try Surroundings().openStore().deleteArtifact(id) else {
            throw CommandEnd(.nothingStarted, "error: there is no artifact \(id)")
        }
        Console.complain("artifact \(id) is removed")
    }
}
