import ArgumentParser
import Engine
import Foundation
import Store

struct CachePrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove caches and fetched actions that nothing has used for long.",
        discussion: """
            Caches are those of this repository; fetched actions serve all repositories. Both come anew when they are wanted.

            EXAMPLES
              flowrun cache prune --older-than 30d -n
              flowrun cache prune --older-than 8w
            """
    )

    @Option(
        help: "Those that were used last longer ago: 12h, 30d, 8w.",
        transform: { text in
            guard let age = Amount.duration(text) else {
                throw ValidationError("give a time such as 12h, 30d or 8w")
            }
            return age
        }
    )
    var olderThan: TimeInterval

    @Flag(name: [.customShort("n"), .long], help: "Only show what would go.")
    var dryRun = false

    func validate() throws {
        // A job that is about to copy an action has found it in this time.
        if olderThan < 3600 { throw ValidationError("--older-than takes an hour at least") }
    }

    func run() throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        let moment = Date(timeIntervalSinceNow: -olderThan)
        let caches = try surroundings.repositoryPath().map {
            try store.caches(repository: $0, limit: .max).filter { $0.lastUsedAt < moment }
        }
        if !dryRun { for cache in caches ?? [] { try store.deleteCache(cache.id) } }
        let actions = try UnusedActions.prune(in: surroundings.home, unusedSince: moment, isDry: dryRun)
        let size = (caches ?? []).reduce(actions.size) { $0 + $1.size }
        Console.complain(
            "\(Words.count(caches?.count ?? 0, "cache")) and \(Words.count(actions.count, "action")) "
                + "(\(Words.size(size))) \(dryRun ? "would be removed" : "removed")"
        )
    }
}
