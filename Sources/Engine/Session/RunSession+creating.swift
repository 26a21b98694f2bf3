import Events
import Expressions
import Store
import Workflows

/// What a run starts from: its row in the store, its title, its secrets and variables.
extension RunSession {
    func create(_ plan: PlannedRun, site: SessionSite, vars: Value) throws -> RunRecord {
        let title = try displayTitle(plan, site: site, vars: vars)
        let ref = RefName(plan.event.ref)
        return try store.createRun(
            NewRun(
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
                owner: .current
            )
        )
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

    /// The repository's variables of the set, below those given for this session.
    func variables(_ site: SessionSite) throws -> [String: String] {
        try store.variables(for: site.facts.path, set: options.secretSet).merging(options.variables) { $1 }
    }

    /// Secrets for a run: stored ones of the set, those given for it, and its own token where none is given.
    func secrets(_ site: SessionSite) throws -> [String: String] {
        var secrets = try store.secrets(for: site.facts.path, set: options.secretSet)
        for (name, value) in options.secrets { secrets[name.uppercased()] = value }
        if secrets["GITHUB_TOKEN"] == nil { secrets["GITHUB_TOKEN"] = LocalToken.make() }
        return secrets
    }

    /// Secrets that a deployment environment has of its own, and variables as they are in it: over the repository's,
    /// below those given for this session.
    nonisolated func settings(
        of environment: String,
        site: SessionSite
    ) throws -> (secrets: [String: String], variables: Value) {
        let set = options.secretSet
        let given = Dictionary(
            options.secrets.map { ($0.key.uppercased(), $0.value) },
            uniquingKeysWith: { $1 }
        )
        let scope = SettingScope.environment(repository: site.facts.path, name: environment)
        let own = Set(try store.secretNames(scope: scope, set: set).map(\.name))
        let secrets = try store.secrets(for: site.facts.path, environment: environment, set: set)
            .merging(given) { $1 }.filter { own.contains($0.key) }
        let variables = try store.variables(for: site.facts.path, environment: environment, set: set)
            .merging(options.variables) { $1 }
        return (secrets, Self.context(variables))
    }

    static func context(_ variables: [String: String]) -> Value {
        .object(ObjectValue(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
