import ArgumentParser
import Engine
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

    /// An attempt of a run, which has an id of its own.
    func attempt(_ number: Int, of run: RunRecord, _ store: Store) throws -> RunRecord {
        if run.runAttempt == number { return run }
        let attempts = try store.attempts(of: run)
        guard let id = attempts.first(where: { $0.attempt == number })?.id, let found = try store.run(id)
        else {
            let known = attempts.map { "\($0.attempt)" }.joined(separator: ", ")
            throw CommandEnd(
                .nothingStarted,
                "error: run \(run.id) has no attempt \(number); it has \(known)"
            )
        }
        return found
    }
}

extension RunRecord {
    /// The jobs that a person means by a key, a name or an id.
    func jobs(meant wanted: String) throws -> [JobRecord] {
        let meant = jobs.filter { $0.isMeant(by: wanted) }
        guard meant.isEmpty else { return meant }
        let known = jobs.map { "`\($0.name)`" }.joined(separator: ", ")
        throw CommandEnd(.nothingStarted, "error: run \(id) has no job `\(wanted)`; it has \(known)")
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
              flowrun run view 7 --attempt 1 --job test --log
              flowrun run view 7 --json | jq .conclusion
              flowrun run view 7 --json status,conclusion
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(
        name: .shortAndLong,
        help: "Only this job (its id in the file, its name, or its number).",
        completion: .anyJobs
    )
    var job: String?

    @Option(name: .shortAndLong, help: "This attempt of the run.")
    var attempt: Int?

    @Flag(help: "End with status 1 where the run has failed.")
    var exitStatus = false

    @Option(
        defaultAsFlag: JSONFields.all,
        parsing: .next,
        help: ArgumentHelp(
            "The run as one JSON object, with these fields alone where some are named.",
            valueName: "fields"
        )
    )
    var json: JSONFields?

    @Flag(help: "The whole log.")
    var log = false

    @Flag(help: "The log of the steps that failed.")
    var logFailed = false

    func validate() throws { try json?.validate() }

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        var choice = choice
        choice.id = choice.id ?? json?.runID
        var run = try choice.find(surroundings, store)
        if let attempt { run = try choice.attempt(attempt, of: run, store) }
        if let job { run.jobs = try run.jobs(meant: job) }
        try show(run, surroundings, store)
        if exitStatus, run.status == .completed, !run.isFine { throw CommandEnd(.runFailed) }
    }

    private func show(_ run: RunRecord, _ surroundings: Surroundings, _ store: Store) throws {
        if let json { return Console.print(try json.picked(from: jsonText(of: run))) }
        if log || logFailed {
            return RunLog(run: run, home: surroundings.home).print(job: nil, onlyFailed: logFailed)
        }
        let summaries = try store.summaries(run.id).filter { summary in
            run.jobs.contains { $0.id == summary.jobID }
        }
        Console.print(RunText.of(run, summaries: summaries, reports: try store.reports(run: run.id)))
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
        if let job { _ = try run.jobs(meant: job) }
        RunLog(run: run, home: surroundings.home, isRaw: raw).print(job: job, onlyFailed: failed)
    }
}

struct RunDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Unpack the artifacts of a run.",
        discussion: """
            Each artifact gets a folder of its name; where one is named, its files lie in the folder itself.

            EXAMPLES
              flowrun run download                  those of the newest run
              flowrun run download 7 -n model -D out
              flowrun run download 7 -p 'logs-*'
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(name: .shortAndLong, help: "Only this artifact (repeatable).")
    var name: [String] = []

    @Option(name: .shortAndLong, help: "Only artifacts whose names fit this pattern (repeatable).")
    var pattern: [String] = []

    @Option(name: [.customShort("D"), .customLong("dir")], help: "The folder (default: this one).")
    var folder = "."

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        var artifacts = try name.map { try ArtifactFiles.find($0, run: run.id, store, surroundings) }
        if artifacts.count == 1, pattern.isEmpty {
            return try ArtifactFiles.save(artifacts[0], in: folder, store)
        }
        if name.isEmpty || !pattern.isEmpty {
            let patterns = pattern.map(ArtifactPattern.init)
            artifacts += try store.artifacts(run: run.id).filter { artifact in
                (patterns.isEmpty || patterns.contains { $0.matches(artifact.name) })
                    && !artifacts.contains { $0.id == artifact.id }
            }
        }
        guard !artifacts.isEmpty else {
            let which = pattern.isEmpty ? "" : " whose names fit `\(pattern.joined(separator: "`, `"))`"
            throw CommandEnd(.nothingStarted, "error: run \(run.id) has no artifacts\(which)")
        }
        for artifact in artifacts {
            let isZip = artifact.contentType == "application/zip"
            try ArtifactFiles.save(artifact, in: isZip ? "\(folder)/\(artifact.name)" : folder, store)
        }
    }
}
