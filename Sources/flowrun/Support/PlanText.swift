import Engine
import Expressions

/// What a dry run prints.
enum PlanText {
    static func json(_ plan: PlannedWorkflow) -> String {
        let jobs = plan.jobs.map { job in
            Value.object(
                ObjectValue([
                    ("key", .string(job.key)), ("name", .string(job.name)), ("needs", list(job.needs)),
                    ("runs_on", list(job.labels)), ("target", .string(job.target)), ("matrix", job.matrix),
                    ("condition", .string(job.condition.rawValue)),
                ])
            )
        }
        let workflow = ObjectValue([("name", .string(plan.name)), ("path", .string(plan.path))])
        let line = ObjectValue([
            ("event", .string("plan")), ("workflow", .object(workflow)), ("jobs", .array(ArrayValue(jobs))),
        ])
        return Value.object(line).json()
    }

    private static func list(_ texts: [String]) -> Value { .array(ArrayValue(texts.map { .string($0) })) }

    static func text(_ plan: PlannedWorkflow) -> String {
        var lines = ["\(plan.name)  (\(plan.path))"]
        for job in plan.jobs {
            // A job that calls a workflow has no place of its own, and one that is not known yet no known one.
            let place = job.labels.isEmpty ? "" : "  on \(job.labels.joined(separator: ", "))"
            let needs = job.needs.isEmpty ? "" : " after \(job.needs.joined(separator: ", "))"
            let condition =
                switch job.condition {
                case .yes: ""
                case .no: "  skipped: its condition is false"
                case .unknown: "  if its condition holds then"
                }
            lines.append("  \(job.name)\(place)\(needs)\(condition)")
        }
        return lines.joined(separator: "\n")
    }
}
