import Expressions
import YAML

extension Rule {
    /// Events that run with the repository's rights at a stranger's bidding.
    static let dangerousTriggers = Rule { inspection in
        guard let workflow = inspection.workflow else { return [] }
        return workflow.triggers.filter { dangerous.contains($0.event) }.map {
            trigger in
            let checkout = inspection.foreignCheckout
            return inspection.finding(
                "dangerous-triggers",
                at: checkout ?? trigger.location,
                checkout == nil
                    ? "'\(trigger.event)' runs with the repository's secrets and rights, whoever caused it"
                    : "with '\(trigger.event)' this brings a stranger's code where the repository's secrets and "
                        + "rights are",
                hint: checkout == nil
                    ? "see that nothing of the other side is checked out, built or run"
                    : "do what needs that code in a workflow of 'pull_request'",
                severity: checkout == nil ? .note : .warning
            )
        }
    }

    private static let dangerous = ["pull_request_target", "workflow_run", "issue_comment"]

    /// Jobs of strangers on a machine that outlives them.
    static let untrustedOnHost = Rule { inspection in
        let events = ["pull_request", "pull_request_target", "issue_comment", "workflow_run", "issues"]
        guard let event = events.first(where: inspection.events.contains) else { return [] }
        return inspection.jobs.compactMap { job in
            guard case .steps(let steps) = job.kind, let labels = steps.runsOn.labels?.tree,
                labels.texts.contains(where: { $0.lowercased() == "self-hosted" })
            else { return nil }
            return inspection.finding(
                "untrusted-on-host",
                at: labels.firstLocation,
                "job '\(job.id)' runs on a machine of your own for '\(event)', which strangers can cause",
                hint:
                    "what it leaves there the next job finds; run it in a container or on a machine made anew"
            )
        }
    }
}

extension Inspection {
    /// Where the code of the other side is fetched; `nil` where nothing tells of it.
    var foreignCheckout: SourceLocation? {
        for use in actionUses where use.name == "actions/checkout" {
            for input in ["ref", "repository"] {
                guard case .scalar(let template, let location)? = use.with?.value(named: input),
                    let expression = template.expression,
                    expression.references.contains(where: \.isForeignCommit)
                else { continue }
                return location
            }
        }
        for script in scripts {
            let fetches = script.lines.contains { line, _ in
                ShellLine.runs("gh pr checkout", in: line)
                    || line.has("git ") && line.has("refs/pull/")
            }
            if fetches { return script.location }
        }
        return nil
    }
}

extension Reference {
    fileprivate var isForeignCommit: Bool {
        guard context == "github" else { return false }
        let path = path.map { $0.lowercased() }
        if path == ["head_ref"] { return true }
        return path.starts(with: ["event", "pull_request", "head"])
            || path.starts(with: ["event", "workflow_run"]) && path.count > 2 && path[2].hasPrefix("head_")
            || path == ["event", "pull_request", "merge_commit_sha"]
    }
}

extension TemplateTree {
    /// The literal texts of a scalar or a list.
    var texts: [String] {
        switch self {
        case .scalar(let template, _):
            if case .literal(let value) = template.form { [value.text] } else { [] }
        case .sequence(let items, _): items.flatMap(\.texts)
        case .mapping: []
        }
    }

    var firstLocation: SourceLocation {
        if case .sequence(let items, _) = self, let first = items.first { first.location } else { location }
    }
}
