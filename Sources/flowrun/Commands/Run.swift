import ArgumentParser
import Foundation
import Store

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Look at runs, follow them, run them again, cancel them, remove them.",
        discussion: """
            EXAMPLES
              flowrun run list
              flowrun run view              the newest run
              flowrun run view 7 --json
              flowrun run watch             what goes on now
              flowrun run logs 7 --job test
              flowrun run rerun 7 --failed
            """,
        subcommands: [
            RunList.self, RunView.self, RunWatch.self, RunLogs.self, RunCancel.self, RunRerun.self,
            RunResume.self, RunApprove.self,
            RunDownload.self, RunDelete.self, RunPrune.self,
        ]
    )
}

struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The runs of this repository, newest first.",
        discussion: """
            EXAMPLES
              flowrun run list
              flowrun run list -L 5 --workflow CI --branch main --status failure
              flowrun run list --event schedule --created 2026-11-01..2026-11-07
              flowrun run list --all --json
            """
    )

    @Option(name: [.customShort("L"), .long], help: "How many.")
    var limit = 20

    @Option(
        name: .shortAndLong,
        help: "Only those of this workflow (its name or path).",
        completion: .workflows
    )
    var workflow: String?

    @Option(name: .shortAndLong, help: "Only those on this branch.")
    var branch: String?

    @Option(name: .shortAndLong, help: "Only those of this event.", completion: .events)
    var event: String?

    @Option(
        name: .shortAndLong,
        help:
            "Only those in this state: queued, in_progress, completed, success, failure, cancelled, skipped, ..."
    )
    var status: String?

    @Option(name: .shortAndLong, help: "Only those of this commit (its id or the beginning of it).")
    var commit: String?

    @Option(name: .shortAndLong, help: "Only those of this user (`github.actor`).")
    var user: String?

    @Option(help: "Only those made then: DATE, >DATE, >=DATE, <DATE, <=DATE, or DATE..DATE (YYYY-MM-DD).")
    var created: String?

    @Flag(help: "Runs of all repositories.")
    var all = false

    @Flag(help: "An array of JSON objects.")
    var json = false

    func run() async throws {
        let surroundings = Surroundings()
        var filter = RunFilter(repository: all ? nil : try surroundings.repositoryPath(), workflow: workflow)
        filter.branch = branch
        filter.event = event
        filter.commit = commit?.lowercased()
        filter.user = user
        filter.state = try status.map { text in
            guard let state = RunFilter.State(text) else {
                throw ValidationError("--status \(text): there is no such status or conclusion")
            }
            return state
        }
        if let created {
            guard let days = DaySpan(created) else {
                throw ValidationError(
                    "--created \(created): give DATE, >DATE, >=DATE, <DATE, <=DATE or DATE..DATE"
                )
            }
            filter.createdFrom = days.start
            filter.createdBefore = days.end
        }
        let store = try await surroundings.openSettledStore()
        let runs = try store.runs(filter, limit: limit)
        if json { return try RunJSON.print(runs) }
        guard !runs.isEmpty else { return Console.complain("no runs yet") }
        let rows = runs.map { run in
            [
                String(run.id), Words.mark(run.conclusion, run.status), run.displayTitle,
                run.name + (run.runAttempt > 1 ? " (attempt \(run.runAttempt))" : ""),
                run.headBranch ?? String(run.headSHA.prefix(7)), run.event,
                Words.duration(run.startedAt, run.completedAt),
                Words.age(run.createdAt),
            ]
        }
        Console.print(
            Table.text(
                ["ID", "", "TITLE", "WORKFLOW", "BRANCH", "EVENT", "ELAPSED", "AGE"],
                rows,
                width: Console.width
            )
        )
    }
}

/// The run that a person means: by id, else the newest of this repository.
struct RunChoice: ParsableArguments {
    @Argument(help: "The run's id (default: the newest run of this repository).", completion: .runs)
    var id: Int64?

    func find(_ surroundings: Surroundings, _ store: Store) throws -> RunRecord {
        if let id {
            guard let run = try store.run(id) else {
                throw CommandEnd(.nothingStarted, "error: there is no run \(id)")
            }
            return run
        }
        guard
            let newest = try store.runs(
                RunFilter(repository: try surroundings.repositoryPath()),
                limit: 1
            ).first,
            let run = try store.run(newest.id)
        else { throw CommandEnd(.nothingStarted, "error: this repository has no runs yet") }
        return run
    }
}

struct RunView: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "How a run went: jobs, steps, annotations, reports.",
        discussion: """
            EXAMPLES
              flowrun run view                 the newest run
              flowrun run view 7 --log-failed
              flowrun run view 7 --json | jq .conclusion
            """
    )

    @OptionGroup var choice: RunChoice

    @Flag(help: "The run as one JSON object.")
    var json = false

    @Flag(help: "The whole log.")
    var log = false

    @Flag(help: "The log of the steps that failed.")
    var logFailed = false

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        if json { return Console.print(jsonText(of: run)) }
        if log || logFailed {
            return RunLog(run: run, home: surroundings.home).print(job: nil, onlyFailed: logFailed)
        }
        Console.print(
            RunText.of(run, summaries: try store.summaries(run.id), reports: try store.reports(run: run.id))
        )
    }
}

struct RunLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "What a run printed.",
        discussion: """
            EXAMPLES
              flowrun run logs
              flowrun run logs 7 --job test --failed
              flowrun run logs --follow
              flowrun run logs 7 --raw > all.log

            On a terminal, lines are cut after 64 KiB and progress bars show their last state. `--raw` prints the bytes
            as they are stored.
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(
        name: .shortAndLong,
        help: "Only this job (its id in the file, or its name).",
        completion: .anyJobs
    )
    var job: String?

    @Flag(help: "Only the steps that failed.")
    var failed = false

    @Flag(name: .shortAndLong, help: "Go on until the run has ended, line by line.")
    var follow = false

    @Flag(help: "The bytes as they are stored, without the names of the steps.")
    var raw = false

    func validate() throws {
        if follow, raw {
            throw ValidationError("--follow shows lines for people; --raw needs a log that is there")
        }
        if follow, failed { throw ValidationError("--follow cannot know yet which steps will fail") }
    }

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        if follow {
            let lines = LineFollower(job: job)
            _ = try await RunWatch.follow(run.id, store, lines.observe)
            return
        }
        RunLog(run: run, home: surroundings.home, isRaw: raw).print(job: job, onlyFailed: failed)
    }
}

struct RunDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Unpack the artifacts of a run.",
        discussion: """
            Each artifact gets a folder of its name; with --name one artifact's files lie in the folder itself.

            EXAMPLES
              flowrun run download                  those of the newest run
              flowrun run download 7 -n model -D out
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(name: .shortAndLong, help: "Only this artifact.")
    var name: String?

    @Option(name: [.customShort("D"), .customLong("dir")], help: "The folder (default: this one).")
    var folder = "."

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        if let name {
            let artifact = try ArtifactFiles.find(name, run: run.id, store, surroundings)
            return try ArtifactFiles.save(artifact, in: folder, store)
        }
        let artifacts = try store.artifacts(run: run.id)
        guard !artifacts.isEmpty else {
            throw CommandEnd(.nothingStarted, "error: run \(run.id) has no artifacts")
        }
        for artifact in artifacts {
            let isZip = artifact.contentType == "application/zip"
            try ArtifactFiles.save(artifact, in: isZip ? "\(folder)/\(artifact.name)" : folder, store)
        }
    }
}
