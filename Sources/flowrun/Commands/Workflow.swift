import ArgumentParser
import Engine
import Foundation
import Store
import Workflows

struct Workflow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Look at the workflows of this repository, and switch them off and on.",
        discussion: """
            EXAMPLES
              flowrun workflow list
              flowrun workflow list --json
              flowrun workflow view continuous-training
              flowrun workflow graph
              flowrun workflow graph ci --format mermaid
              flowrun workflow disable continuous-training
            """,
        subcommands: [
            WorkflowList.self, WorkflowView.self, WorkflowGraph.self, WorkflowEnable.self,
            WorkflowDisable.self,
        ]
    )
}

/// Where workflows are read from, for commands that only look.
struct WorkflowSource: ParsableArguments {
    @Option(
        name: [.customShort("W"), .customLong("workflows")],
        help: "A workflow file or a folder of them.",
        completion: .yaml
    )
    var path: String?

    @Option(help: "The branch, tag or commit (default: HEAD).")
    var ref: String?

    func files() throws -> [WorkflowFile] { try site().files() }

    func site() throws -> SessionSite {
        let surroundings = Surroundings()
        var options = SessionOptions(
            folder: surroundings.folder,
            hostEnvironment: surroundings.environment
        )
        let configuration = try Configuration.load(
            repository: try surroundings.settingsFolder(),
            environment: surroundings.environment
        )
        options.workflows = path ?? configuration.workflows
        options.ref = ref
        return try SessionSite(options)
    }
}

extension SessionSite {
    /// The newest times at which a schedule was due, newest first.
    fileprivate func ticks(of fires: NextFires, in path: String, _ store: Store) throws -> [Tick] {
        let key = ScheduleKey(repository: repositoryPath, path: path, cron: fires.cron, timezone: fires.zone)
        return try store.ticks(of: key, limit: 3)
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
            var ticks: [DueTime]
        }
        /// A time at which the daemon found the schedule due.
        struct DueTime: Encodable {
            var dueAt: Date
            var status: String
            var reason: String?
            var eventID: Int64?

            enum CodingKeys: String, CodingKey {
                case dueAt = "due_at"
                case status, reason
                case eventID = "event_id"
            }

            init(_ tick: Tick) {
                (dueAt, status, reason) = (tick.dueAt, tick.status.rawValue, tick.reason)
                eventID = tick.eventID
            }
        }
        var name: String
        var path: String
        var state: String
        var on: [String]
        var schedules: [Schedule]
    }

    func run() throws {
        let now = Date()
        let site = try source.site()
        let store = try Store(home: Surroundings().home, readOnly: true)
        let disabled = try store.disabledWorkflows(of: site.repositoryPath)
        let shapes = try site.files().map { file in
            let triggers = file.workflow?.triggers ?? []
            return Shape(
                name: file.workflow?.displayName ?? file.path,
                path: file.path,
                state: disabled.contains(file.path)
                    ? "disabled_manually" : file.workflow == nil ? "invalid" : "active",
                on: triggers.map(\.event),
                schedules: try NextFires.of(triggers, count: 3, after: now).map {
                    Shape.Schedule(
                        cron: $0.cron,
                        timezone: $0.zone,
                        next: $0.times,
                        ticks: try site.ticks(of: $0, in: file.path, store).map(Shape.DueTime.init)
                    )
                }
            )
        }
        if json { return try RunJSON.print(shapes) }
        guard !shapes.isEmpty else { return Console.complain("this commit has no workflows") }
        let rows = shapes.map { shape in
            let isActive = shape.state == "active"
            let next = isActive ? shape.schedules.compactMap(\.next.first).min() : nil
            return [
                shape.name, shape.path,
                isActive
                    ? shape.on.joined(separator: ", ")
                    : shape.state == "invalid" ? "invalid: flowrun lint" : "disabled",
                next.map { $0.formatted(.iso8601) } ?? "",
            ]
        }
        Console.print(
            Table.text(["NAME", "PATH", "ON", "NEXT"], rows, width: Console.width, whole: ["NEXT"])
        )
    }
}

struct WorkflowView: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "One workflow: triggers, next fires and what came of the last, inputs, jobs.",
        discussion: """
            EXAMPLES
              flowrun workflow view continuous-training
              flowrun workflow view ci --yaml
            """
    )

    @Argument(help: "The workflow.", completion: .workflows) var workflow: String
    @OptionGroup var source: WorkflowSource
    @Flag(help: "The file's text.") var yaml = false

    func run() throws {
        let site = try source.site()
        let file = try WorkflowFiles.named(workflow, among: try site.files())
        if yaml { return Console.print(file.text) }
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        let store = try Store(home: Surroundings().home, readOnly: true)
        let isDisabled = try store.disabledWorkflows(of: site.repositoryPath).contains(file.path)
        let state = isDisabled ? "  disabled" : ""
        var lines = ["\(workflow.displayName)  (\(file.path))\(state)", ""]
        for trigger in workflow.triggers {
            lines.append("on " + trigger.text)
            for fires in try NextFires.of([trigger], count: 3, after: Date()) {
                lines += fires.times.map { "   next \(fires.shown($0))" }
                if fires.times.isEmpty { lines.append("   '\(fires.cron)' never fires") }
                lines += try site.ticks(of: fires, in: file.path, store).map { tick in
                    let reason = tick.reason.map { " (\($0))" } ?? ""
                    return "   was due \(fires.shown(tick.dueAt)): \(tick.status.rawValue)\(reason)"
                }
            }
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
