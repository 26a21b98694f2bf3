import ArgumentParser
import Foundation
import Store

struct EventCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "The events that the daemon took in, and what came of them.",
        discussion: """
            EXAMPLES
              flowrun event list
              flowrun event redeliver 7
            """,
        subcommands: [EventList.self, EventRedeliver.self]
    )
}

struct EventList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The events of this repository, newest first.",
        discussion: """
            A webhook's delivery that tells of an event which is known already, by its id or by its words within a week, starts
            nothing: it is counted at that event.

            EXAMPLES
              flowrun event list
              flowrun event list --all --json
            """
    )

    @Option(name: [.customShort("L"), .long], help: "How many.") var limit = 30
    @Flag(help: "Events of all repositories.") var all = false
    @Flag(help: "An array of JSON objects.") var json = false

    /// An event and what came of it.
    private struct Entry {
        var record: EventRecord
        var runs: [Int64]
        var repeats: [RepeatedDelivery]
    }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is a whole number above 0") }
    }

    func run() throws {
        let surroundings = Surroundings()
        let store = try Store(home: surroundings.home, readOnly: true)
        let repository = all ? nil : try surroundings.repositoryPath()
        let entries = try store.events(of: repository, limit: limit).map { record in
            Entry(
                record: record,
                runs: try store.runs(ofEvent: record.id).values.sorted(),
                repeats: try store.repeats(ofEvent: record.id)
            )
        }
        if json { return Console.print(Self.json(entries)) }
        guard !entries.isEmpty else { return Console.complain("no events yet") }
        Console.print(
            Table.text(
                ["ID", "EVENT", "REF", "FROM", "STATUS", "AGE", "NOTE"],
                entries.map { entry in
                    let record = entry.record
                    return [
                        String(record.id), Words.plain(record.event.name), Words.plain(record.event.ref),
                        record.forge ?? record.source.rawValue, record.status.rawValue,
                        Words.age(record.receivedAt), Self.note(entry),
                    ]
                },
                width: Console.width,
                whole: ["ID", "STATUS"]
            )
        )
    }

    private static func note(_ entry: Entry) -> String {
        var words: [String] = []
        if let first = entry.record.redelivers { words.append("event \(first) again") }
        if !entry.runs.isEmpty {
            let ids = entry.runs.map(String.init).joined(separator: ", ")
            words.append((entry.runs.count == 1 ? "run " : "runs ") + ids)
        }
        let repeats = entry.repeats.reduce(0) { $0 + $1.count }
        if repeats > 0 { words.append(Words.count(repeats, "duplicate")) }
        if let reason = entry.record.reason?.split(whereSeparator: \.isNewline).first {
            words.append(Words.plain(String(reason)))
        }
        return words.joined(separator: "; ")
    }

    /// With the names of GitHub's deliveries where it has them.
    private static func json(_ entries: [Entry]) -> String {
        var json = JSONWriter()
        json.array { json in
            for entry in entries {
                json.object { json in
                    let record = entry.record
                    json.field("id", record.id)
                    json.nullable("guid", record.delivery)
                    json.field("delivered_at", record.receivedAt)
                    json.field("redelivery", record.redelivers != nil)
                    if let first = record.redelivers { json.field("redelivery_of", first) }
                    json.field("event", record.event.name)
                    json.nullable("action", record.event.activity)
                    json.field("source", record.source.rawValue)
                    json.nullable("forge", record.forge)
                    json.field("repository", record.repository)
                    json.nullable("workflow", record.workflow)
                    json.field("ref", record.event.ref)
                    json.field("head_sha", record.event.sha)
                    json.field("status", record.status.rawValue)
                    json.nullable("reason", record.reason)
                    json.array("workflow_runs") { json in
                        for run in entry.runs { json.object { $0.field("id", run) } }
                    }
                    json.array("duplicates") { json in
                        for repeated in entry.repeats {
                            json.object { json in
                                json.nullable("guid", repeated.delivery.isEmpty ? nil : repeated.delivery)
                                json.field("count", repeated.count)
                                json.field("first_delivered_at", repeated.firstAt)
                                json.field("last_delivered_at", repeated.lastAt)
                            }
                        }
                    }
                }
            }
        }
        return json.text
    }
}

struct EventRedeliver: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeliver",
        abstract: "Take an event in again, and print the id of the new one.",
        discussion: """
            What a forge sends twice is taken in once; this is for the person who wants it twice, or for an event that was
            refused.

            EXAMPLES
              flowrun event redeliver 7
            """
    )

    @Argument(help: "Its id, as `flowrun event list` tells it.") var event: Int64

    func run() throws {
        let surroundings = Surroundings()
        guard let id = try surroundings.openStore().redeliver(event) else {
            throw CommandEnd(
                .nothingStarted,
                "error: there is no event \(event); see `flowrun event list --all`"
            )
        }
        Console.print("\(id)")
        if !DaemonBell(home: surroundings.home).ring() {
            Console.complain("no daemon works now: the next `flowrun daemon` takes this up")
        }
    }
}
