import Engine
import Foundation
import Workflows

/// What is drawn of one workflow among others.
struct WorkflowPicture {
    var name: String
    var path: String
    /// What starts it, a line each.
    var triggers: [String]
    /// The names of the workflows whose runs it follows.
    var follows: [String]
    /// When it fires next, by a schedule.
    var next: String?
    var graph: JobGraph

    init(_ workflow: Workflows.Workflow, path: String, now: Date) throws {
        name = workflow.displayName
        self.path = path
        triggers = workflow.triggers.map(\.text)
        follows = workflow.triggers.flatMap(\.workflows)
        let fires = try NextFires.of(workflow.triggers, count: 1, after: now).filter { !$0.times.isEmpty }
        next = fires.min { $0.times[0] < $1.times[0] }.map { $0.shown($0.times[0]) }
        graph = JobGraph(workflow)
    }

    /// The lines that stand over its jobs.
    var heading: [String] {
        [name == path ? path : "\(name)  (\(path))"] + triggers.map { "on \($0)" }
            + (next.map { ["next \($0)"] } ?? [])
    }
}
