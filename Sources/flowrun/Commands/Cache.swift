import ArgumentParser
import Foundation
import Store

struct Cache: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "What runs have left for later runs.",
        discussion: """
            EXAMPLES
              flowrun cache list
              flowrun cache delete --all
              flowrun cache prune --older-than 30d
            """,
        subcommands: [CacheList.self, CacheDelete.self, CachePrune.self]
    )
}

struct CacheList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The caches of this repository, those that were used last first.",
        discussion: """
            EXAMPLES
              flowrun cache list
              flowrun cache list --key deps- --json
            """
    )

    @Option(name: .shortAndLong, help: "Only keys that begin so.") var key: String?
    @Option(help: "Only those of this ref.") var ref: String?
    @Option(name: [.customShort("L"), .long], help: "How many.") var limit = 30
    @Flag(help: "An array of JSON objects.") var json = false

    func run() throws {
        let surroundings = Surroundings()
        let caches = try surroundings.openStore().caches(
            repository: surroundings.repositoryPath() ?? "",
            key: key,
            scope: ref,
            limit: limit
        )
        if json { return Console.print(Self.json(caches)) }
        guard !caches.isEmpty else { return Console.complain("no caches yet") }
        Console.print(
            Table.text(
                ["ID", "KEY", "REF", "SIZE", "USED"],
                caches.map { cache in
                    [
                        String(cache.id), Words.plain(cache.key), Words.plain(cache.scope),
                        Words.size(cache.size), Words.age(cache.lastUsedAt),
                    ]
                },
                width: Console.width
            )
        )
    }

    private static func json(_ caches: [CacheRecord]) -> String {
        var json = JSONWriter()
        json.array { json in
            for cache in caches {
                json.object { json in
                    json.field("id", cache.id)
                    json.field("key", cache.key)
                    json.field("ref", cache.scope)
                    json.field("version", cache.version)
                    json.field("size_in_bytes", cache.size)
                    json.field("created_at", cache.createdAt)
                    json.field("last_accessed_at", cache.lastUsedAt)
                }
            }
        }
        return json.text
    }
}

struct CacheDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove caches of this repository.",
        discussion: """
            EXAMPLES
              flowrun cache delete deps-linux
              flowrun cache delete 12
              flowrun cache delete --all
            """
    )

    @Argument(help: "The key, or the id.") var cache: String?
    @Flag(help: "All of this repository.") var all = false

    func validate() throws {
        if all == (cache != nil) { throw ValidationError("give a key, an id, or --all") }
    }

    func run() throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        let own = try store.caches(repository: surroundings.repositoryPath() ?? "", limit: .max)
        let wanted = cache.map { name in
            let keyed = own.filter { $0.key == name }
            return keyed.isEmpty ? own.filter { String($0.id) == name } : keyed
        }
        let removed = wanted ?? own
        if removed.isEmpty, let cache {
            throw CommandEnd(.nothingStarted, "error: there is no cache `\(cache)`; see flowrun cache list")
        }
        for cache in removed { try store.deleteCache(cache.id) }
        Console.complain("\(Words.count(removed.count, "cache")) removed")
    }
}
