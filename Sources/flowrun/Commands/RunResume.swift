import ArgumentParser
import Engine
import Foundation
import Store

struct RunResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that failed or was cancelled, from the step that it stopped in.",
        discussion: """
            What was green is not repeated. Each job that failed, was cancelled or killed goes on in the workspace that it left,
            with the variables, outputs and masks of the steps before; jobs that succeeded are taken over. Mend the workflow file
            before, and commit it (or --worktree), or a file in the workspace. The workflow file is that of HEAD where HEAD is on
            the run's branch or comes after its commit, else that of the branch's tip, or of --ref. The event and the commit stay
            those of the run, so that a mended source file is only seen where it is mended in the workspace, or a step checks it
            out again.

            The workspaces of the five newest of such jobs are kept for a week (`retention: { kept-workspaces: 5 }` in
            flowrun.yaml; 0 keeps none). A step that ran beside others and did not end well is started again, wherever the job goes
            on; name a step before those that need it where they cannot wait for it.

            EXAMPLES
              flowrun run resume                        the newest run
              flowrun run resume 7 --from build         from an earlier step, by its id, name or number
              flowrun run resume 7 --job test --worktree
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(help: "The step to go on from: its id, name or number.") var from: String?

    @OptionGroup(title: "Options of every run (--job: which of the jobs that failed)") var options: RunOptions

    func validate() throws {
        if options.dryRun || options.detach {
            throw ValidationError("a run is resumed here and now: --dry-run and --detach have no place here")
        }
    }

    func run() async throws {
        let surroundings = Surroundings()
        let run = try choice.find(surroundings, try await surroundings.openSettledStore())
        var settings = options.settings
        settings.jobs = []
        let frontend = try await RunFrontend(settings, readsAhead: false)
        try await frontend.run { [from, jobs = options.jobs] in
            try await $0.resume(run, from: from, jobs: jobs)
        }
    }
}
