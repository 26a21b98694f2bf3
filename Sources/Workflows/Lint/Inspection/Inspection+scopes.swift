import Expressions
import YAML

extension Inspection {
    /// The index of the list of steps that a place belongs to.
    func list(of scope: ExpressionSite.Scope) -> Int? {
        switch scope {
        case .step(let list, _), .end(let list): list
        case .job, .run, .callOutput, .hook: nil
        }
    }

    func jobIndex(of scope: ExpressionSite.Scope) -> Int? {
        switch scope {
        case .job(let index): index
        case .step(let list, _), .end(let list): lists.indices.contains(list) ? lists[list].job : nil
        case .run, .callOutput, .hook: nil
        }
    }

    /// The `env` mappings that hold at a place, the nearest first, each with what its own values can see.
    func environments(of scope: ExpressionSite.Scope) -> [(tree: TemplateTree, scope: ExpressionSite.Scope)] {
        var found: [(tree: TemplateTree, scope: ExpressionSite.Scope)] = []
        if case .step(let list, let place) = scope, let env = lists[list].steps[place].env {
            found.append((env.tree, scope))
        }
        if let index = jobIndex(of: scope), case .steps(let job) = jobs[index].kind, let env = job.env {
            found.append((env.tree, .job(index)))
        }
        if let env = workflow?.env { found.append((env.tree, .run)) }
        return found
    }

    var events: Set<String> { Set(workflow?.triggers.map(\.event) ?? []) }

    /// Whether strangers can start the workflow with the rights of the repository.
    var isPrivilegedForStrangers: Bool {
        !events.isDisjoint(with: ["pull_request_target", "workflow_run"])
    }
}
