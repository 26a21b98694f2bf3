import ArgumentParser
import Engine
import Events
import Foundation
import Store
import Workflows

struct Workflow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Look at the workflows of this repository.",
        discussion: """
            EXAMPLES
              flowrun workflow list
              flowrun workflow list --json
              flowrun workflow view continuous-training
              flowrun workflow graph ci --format mermaid
            """,
        subcommands: [WorkflowList.self, WorkflowView.self, WorkflowGraph.self]
    )
}

/// Where workflows are read from, for commands that only look.
struct WorkflowSource: ParsableArguments {
    @Option(
        name: [.customShort("W"), .customLong("workflows")],
        help: "A workflow file or a folder of them."
    )
    var path: String?

    @Option(help: "The branch, tag or commit (default: HEAD).")
    var ref: String?

    func files() throws -> [WorkflowFile] {
        let surroundings = Surroundings()
        var options = SessionOptions(
            folder: surroundings.folder,
            maxParallel: 1,
            hostEnvironment: surroundings.environment
        )
        let configuration = try Configuration.load(
            repository: try surroundings.repositoryPath(),
            environment: surroundings.environment
        )
        options.workflows = path ?? configuration.workflows
        options.ref = ref
        return try SessionSite(options).files()
    }
}

struct WorkflowList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The workflows and what starts them.",
        discussion: """
            EXAMPLES
              flowrun workflow list
              flowrun workflow list --ref v1.2 --json
            """
    )

    @OptionGroup var source: WorkflowSource
    @Flag(help: "An array of JSON objects.") var json = false

    private struct Shape: Encodable {
        struct Schedule: Encodable {
            var cron: String
            var timezone: String
            var next: [Date]
        }
        var name: String
        var path: String
        var state: String
        var on: [String]
        var schedules: [Schedule]
    }

    func run() throws {
        let shapes = try source.files().map { file in
            let triggers = file.workflow?.triggers ?? []
            return Shape(
                name: file.workflow?.displayName ?? file.path,
                path: file.path,
                state: file.workflow == nil ? "invalid" : "active",
                on: triggers.map(\.event),
                schedules: try triggers.flatMap(\.schedules).map(Self.shape)
            )
        }
        if json { return try RunJSON.print(shapes) }
        guard !shapes.isEmpty else { return Console.complain("this commit has no workflows") }
        let rows = shapes.map { shape in
            [
                shape.name, shape.path,
                shape.state == "active" ? shape.on.joined(separator: ", ") : "invalid: flowrun lint",
                shape.schedules.compactMap(\.next.first).min().map { $0.formatted(.iso8601) } ?? "",
            ]
        }
        Console.print(Table.text(["NAME", "PATH", "ON", "NEXT"], rows, width: Console.width))
    }

    private static func shape(_ schedule: Schedule) throws -> Shape.Schedule {
        let zone = schedule.timezone?.value ?? "UTC"
        let cron = try CronSchedule(parsing: schedule.cron.value)
        let fires = cron.nextFires(3, after: Date(), timeZone: TimeZone(identifier: zone) ?? .gmt)
        return Shape.Schedule(cron: schedule.cron.value, timezone: zone, next: fires)
    }
}

struct WorkflowView: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "One workflow: triggers, inputs, jobs.",
        discussion: """
            EXAMPLES
              flowrun workflow view continuous-training
              flowrun workflow view ci --yaml
            """
    )

    @Argument(help: "The workflow.") var workflow: String
    @OptionGroup var source: WorkflowSource
    @Flag(help: "The file's text.") var yaml = false

    func run() throws {
        let file = try WorkflowFiles.named(workflow, among: try source.files())
        if yaml { return Console.print(file.text) }
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        var lines = ["\(workflow.displayName)  (\(file.path))", ""]
        for trigger in workflow.triggers {
            var words = [trigger.event]
            if let types = trigger.types { words.append("types: \(types.joined(separator: ", "))") }
            for (name, filter) in [
                ("branches", trigger.branches), ("tags", trigger.tags), ("paths", trigger.paths),
            ] {
                guard let filter else { continue }
                words.append(
                    "\(name)\(filter.isIgnoring ? "-ignore" : ""): \(filter.patterns.map(\.value).joined(separator: ", "))"
                )
            }
            words += trigger.schedules.map { "'\($0.cron.value)'" }
            if !trigger.workflows.isEmpty {
                words.append("after \(trigger.workflows.joined(separator: ", "))")
            }
            lines.append("on " + words.joined(separator: "  "))
            for input in trigger.inputs {
                let required = input.isRequired ? ", required" : ""
                lines.append(
                    "   -f \(input.name)=…  \(input.kind.rawValue)\(required)  \(input.description ?? "")"
                )
            }
        }
        for job in workflow.jobs {
            let needs = job.needs.isEmpty ? "" : "  needs \(job.needs.map(\.value).joined(separator: ", "))"
            lines += ["", "job \(job.id)\(needs)"]
            switch job.kind {
            case .steps(let steps): lines += steps.steps.map { "   \($0.displayName(in: nil))" }
            case .call(let call): lines.append("   calls \(call.uses.value)")
            }
        }
        Console.print(lines.joined(separator: "\n"))
    }
}
