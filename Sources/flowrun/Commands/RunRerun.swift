import ArgumentParser
import Engine
import Foundation
import Store

struct RunRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Run a run again, whole or in part.",
        discussion: """
            The next attempt has the same event, commit and workflow file. What is not run again is taken over with its outputs
            and logs. An attempt has an id of its own; github.run_id is that of the first one.

            EXAMPLES
              flowrun run rerun                the newest run, all of it
              flowrun run rerun 7 --failed     the jobs that failed, and those that depend on them
              flowrun run rerun 7 --job test --debug
              flowrun run rerun 7 --detach     all of it, by the daemon
            """
    )

    @OptionGroup var choice: RunChoice

    @Flag(help: "Only the jobs that did not succeed, and those that depend on them.")
    var failed = false

    @OptionGroup(title: "Options of every run (--job: the jobs to run again)") var options: RunOptions

    func validate() throws {
        if failed, !options.jobs.isEmpty { throw ValidationError("--failed and --job exclude each other") }
        if options.ref != nil || options.worktree || options.workflows != nil {
            throw ValidationError(
                "a run is run again on its own commit and workflow file: --ref, --worktree and --workflows have no place here"
            )
        }
        if options.dryRun { throw ValidationError("there is no --dry-run of a rerun") }
        if options.detach, failed || !options.jobs.isEmpty {
            throw ValidationError(
                "--detach hands over the whole of a run: --failed and --job have no place beside it"
            )
        }
    }

    func run() async throws {
        let surroundings = Surroundings()
        let run = try choice.find(surroundings, try await surroundings.openSettledStore())
        var settings = options.settings
        settings.jobs = []
        let scope: RerunScope = failed ? .failed : options.jobs.isEmpty ? .all : .jobs(options.jobs)
        let frontend = try await RunFrontend(settings, readsAhead: false)
        if settings.detach {
            return try await frontend.handOver { session, choices in
                try await session.queueRerun(run, choices: choices)
            }
        }
        try await frontend.run { try await $0.rerun(run, scope) }
    }
}
