import ArgumentParser
import Engine
import Foundation
import Store

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
              flowrun run list --json id,conclusion,head_sha
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
            "Only those in this state: \(RunFilter.State.words.joined(separator: ", "))."
    )
    var status: String?

    @Option(name: .shortAndLong, help: "Only those of this commit (its id or the beginning of it).")
    var commit: String?

    @Option(name: .shortAndLong, help: "Only those of this user (`github.actor`).")
    var user: String?

    @Option(
        help:
            "Only those made then: DATE, >DATE, >=DATE, <DATE, <=DATE, or DATE..DATE (YYYY-MM-DD, or with a time: YYYY-MM-DDTHH:MM:SSZ)."
    )
    var created: String?

    @Flag(help: "Runs of all repositories.")
    var all = false

    @Option(
        defaultAsFlag: JSONFields.all,
        parsing: .next,
        help: ArgumentHelp(
            "An array of JSON objects, with these fields alone where some are named.",
            valueName: "fields"
        )
    )
    var json: JSONFields?

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit \(limit): give a whole number above 0") }
        if let status, RunFilter.State(status) == nil {
            throw ValidationError(
                "--status \(status): there is no such state; give one of \(RunFilter.State.words.joined(separator: ", "))"
            )
        }
        if let created, DaySpan(created) == nil {
            throw ValidationError(
                "--created \(created): give DATE, >DATE, >=DATE, <DATE, <=DATE or DATE..DATE"
            )
        }
        try json?.validate()
    }

    func run() async throws {
        let surroundings = Surroundings()
        var filter = RunFilter(repository: all ? nil : try surroundings.repositoryPath(), workflow: workflow)
        filter.branch = branch
        filter.event = event
        filter.commit = commit?.lowercased()
        filter.user = user
        filter.state = status.flatMap { RunFilter.State($0) }
        let days = created.flatMap { DaySpan($0) }
        (filter.createdFrom, filter.createdBefore) = (days?.start, days?.end)
        let store = try await surroundings.openSettledStore()
        let runs = try store.runs(filter, limit: limit)
        if runs.isEmpty { try refuseUnknownWorkflow(surroundings, store) }
        if let json { return Console.print(try json.picked(from: RunJSON.text(runs))) }
        guard !runs.isEmpty else {
            return Console.complain(isFiltered ? "no runs of this kind" : "no runs yet")
        }
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
    private var isFiltered: Bool {
        [workflow, branch, event, status, commit, user, created].contains { $0 != nil }
    }

    /// A name that no run has and no workflow of the commit is a mistake.
    private func refuseUnknownWorkflow(_ surroundings: Surroundings, _ store: Store) throws {
        guard let workflow, !all, let repository = try surroundings.repositoryPath() else { return }
        let known = try store.runs(RunFilter(repository: repository, workflow: workflow), limit: 1)
        guard known.isEmpty else { return }
        var source = WorkflowSource()
        (source.path, source.ref) = (nil, nil)
        _ = try WorkflowFiles.named(workflow, among: try source.files())
    }
}
