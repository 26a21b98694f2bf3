import ArgumentParser
import Engine
import Foundation
import Store

struct RunDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove runs with their logs, reports and artifacts.",
        discussion: """
            A run that goes on is not removed: cancel it first.

            EXAMPLES
              flowrun run delete 7
              flowrun run delete 3 4 5
            """
    )

    @Argument(help: "Their ids.", completion: .runs) var ids: [Int64]

    func run() async throws {
        let store = try await Surroundings().openSettledStore()
        let unfinished = try store.unfinishedRuns().map(\.record)
        // All of them are looked at before one goes.
        for id in ids {
            guard let run = try store.run(id) else {
                throw CommandEnd(.nothingStarted, "error: there is no run \(id)")
            }
            guard run.status == .completed else {
                throw CommandEnd(
                    .nothingStarted,
                    "error: run \(id) has not ended; `flowrun run cancel \(id)` ends it"
                )
            }
            let next = unfinished.first {
                $0.repository == run.repository && $0.path == run.path && $0.runNumber == run.runNumber
            }
            if let next {
                throw CommandEnd(.nothingStarted, "error: run \(id) is being run again, as run \(next.id)")
            }
        }
        let kept = KeptPlaces(home: store.home)
        for id in Set(ids).sorted() {
            try kept.remove(run: id)
            try store.removeRun(id)
        }
        Console.complain("\(Words.count(Set(ids).count, "run")) removed")
    }
}

struct RunPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove the runs that are too old, too many or too large.",
        discussion: """
            What goes beyond any of the limits goes, the oldest first. Without an option the limits are those of `retention` in
            flowrun.yaml, by which the daemon removes runs once a day by itself. Runs that go on are never removed; artifacts whose time is over go in any case.

            EXAMPLES
              flowrun run prune --older-than 30d
              flowrun run prune --keep 100 --max-size 5GB -n
            """
    )

    @Option(help: "Runs that were made longer ago than this: 12h, 30d, 8w.") var olderThan: String?
    @Option(help: "All but the newest so many of each workflow.") var keep: Int?
    @Option(help: "The oldest, until all together take no more than this: 500MB, 5GB.") var maxSize: String?
    @Flag(help: "Runs of all repositories.") var all = false
    @Flag(name: [.customShort("n"), .long], help: "Only say which would go.") var dryRun = false

    func validate() throws { _ = try given() }

    func run() async throws {
        let surroundings = Surroundings()
        let repository = try surroundings.repositoryPath()
        var limits = try given()
        if limits.isEmpty {
            let configuration = try Configuration.load(
                repository: repository,
                environment: surroundings.environment
            )
            limits = configuration.retention ?? RunRetention()
        }
        guard !limits.isEmpty else {
            throw CommandEnd(
                .nothingStarted,
                "error: say what is to go: --older-than, --keep or --max-size, or `retention` in flowrun.yaml"
            )
        }
        let store = try await surroundings.openSettledStore()
        let gone = try OldRuns.beyond(limits, repository: all ? nil : repository ?? "", in: store, at: Date())
        if dryRun {
            for run in gone {
                Console.print("\(run.id)\t\(Words.plain(run.displayTitle))\t\(Words.age(run.createdAt))")
            }
            return Console.complain("\(Words.count(gone.count, "run")) would be removed")
        }
        try OldRuns.remove(gone, from: store)
        Console.complain("\(Words.count(gone.count, "run")) removed")
    }

    private func given() throws -> RunRetention {
        var limits = RunRetention()
        if let olderThan {
            guard let age = Amount.duration(olderThan) else {
                throw ValidationError("--older-than \(olderThan): give a time such as 12h, 30d or 8w")
            }
            limits.age = age
        }
        if let keep {
            guard keep >= 0 else { throw ValidationError("--keep is a number from 0 on") }
            limits.count = keep
        }
        if let maxSize {
            guard let size = Amount.size(maxSize) else {
                throw ValidationError("--max-size \(maxSize): give a size such as 500MB or 5GB")
            }
            limits.size = size
        }
        return limits
    }
}
