import Events
import Expressions
import Foundation
import Store
import Workflows

/// What a run starts from: its row in the store, its title, its secrets and variables.
extension RunSession {
    /// How a run gets into the daemon's queue.
    struct QueuePlace {
        var priority: Int
        /// The event that makes it.
        var event: Int64?
        /// What the person who asks for it has settled, sealed.
        var choices: Data?
    }

    func create(
        _ plan: PlannedRun,
        site: SessionSite,
        vars: Value,
        queue: QueuePlace? = nil
    ) throws -> RunRecord {
        let title = try displayTitle(plan, site: site, vars: vars)
        let ref = RefName(plan.event.ref)
        var run = NewRun(
            repository: site.facts.path,
            path: plan.file.path,
            name: plan.workflow.displayName,
            displayTitle: title,
            event: plan.event.name,
            ref: plan.event.ref,
            headSHA: plan.event.sha,
            headBranch: ref.kind == .branch ? ref.short : plan.event.headRef,
            payload: plan.event.payload.json(),
            workflow: plan.file.text,
            parentRunID: plan.parent,
            earlierAttempt: plan.earlier?.run.id,
            owner: queue == nil ? .current : nil
        )
        run.priority = queue?.priority
        run.eventID = queue?.event
        run.choices = queue?.choices
        return try store.createRun(run)
    }

    /// `run-name`, else what the event is called: a commit's message, a pull request's title, the workflow's name.
    func displayTitle(_ plan: PlannedRun, site: SessionSite, vars: Value) throws -> String {
        if let runName = plan.workflow.runName {
            let facts = plan.facts(at: site, vars: vars)
            let github = GitHubContext(facts: facts, job: "", token: "", workspace: "", eventPath: "")
            let scope = Scope(contexts: ["github": github.value, "inputs": plan.inputs, "vars": vars])
            let title = try runName.evaluate(in: scope)
            if !title.allSatisfy(\.isWhitespace) { return title }
        }
        let payload = plan.event.payload
        switch plan.event.name {
        case "push":
            let message = plan.event.headCommitMessage ?? payload["head_commit"]["message"].text
            return message.split(whereSeparator: \.isNewline).first.map(String.init)
                ?? plan.workflow.displayName
        case "pull_request", "pull_request_target":
            let title = payload["pull_request"]["title"].text
            return title.isEmpty ? plan.workflow.displayName : title
        default:
            return plan.workflow.displayName
        }
    }

    /// Whether the secret `ACTIONS_STEP_DEBUG`, else the variable of that name, turns debug lines on.
    static func asksForDebugging(_ secrets: [String: String], _ vars: Value) -> Bool {
        (secrets["ACTIONS_STEP_DEBUG"] ?? vars["ACTIONS_STEP_DEBUG"].text).lowercased() == "true"
    }

    func variables(_ site: SessionSite) throws -> Value {
        SessionOptions.context(try options.variables(in: store, for: site.facts.path))
    }

    /// Secrets for a run, its own token where none is given; for a fork's none of the stored ones.
    func secrets(_ site: SessionSite, for event: Event) throws -> [String: String] {
        var secrets =
            event.fork == nil
            ? try options.secrets(in: store, for: site.facts.path) : options.secretsOfFork
        if secrets["GITHUB_TOKEN"] == nil { secrets["GITHUB_TOKEN"] = LocalToken.make() }
        return secrets
    }
}
