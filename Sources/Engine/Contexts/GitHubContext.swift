import Expressions

/// What the `github` context says of one job and step.
///
/// Folders and files differ from step to step, the rest does not.
struct GitHubContext: Sendable {
    var facts: RunFacts
    var job: String
    var token: String
    var workspace: String
    var eventPath: String
    /// `github.action` and the place of the action that a composite step runs in.
    var action = ""
    var actionPath: String?
    var actionRepository = ""
    var actionRef = ""
    var status: String?
    /// The commit of the called workflow that the job is of; absent in the workflow that was started itself.
    var jobWorkflowSHA: String?
    /// The command files of the step, by the context's name for them (`env`, `output`, `path`, `state`, `step_summary`).
    var files: [(name: String, path: String)] = []

    var value: Value {
        var pairs = settled
        if let jobWorkflowSHA { pairs.append(("job_workflow_sha", .string(jobWorkflowSHA))) }
        pairs.append(("action", .string(action)))
        if let actionPath { pairs.append(("action_path", .string(actionPath))) }
        pairs.append(("action_repository", .string(actionRepository)))
        pairs.append(("action_ref", .string(actionRef)))
        if let status { pairs.append(("action_status", .string(status))) }
        for file in files { pairs.append((file.name, .string(file.path))) }
        return .object(ObjectValue(distinct: pairs))
    }

    /// `GITHUB_` and a name of the context that is handed to every step as a variable (semantics.md 1.20).
    var variables: [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        for pair in settled where Self.exported.contains(pair.key) {
            variables.append(("GITHUB_" + pair.key.uppercased(), pair.value.text))
        }
        variables.append(("GITHUB_ACTION", action))
        if let actionPath { variables.append(("GITHUB_ACTION_PATH", actionPath)) }
        variables.append(("GITHUB_ACTION_REPOSITORY", actionRepository))
        variables.append(("GITHUB_ACTION_REF", actionRef))
        for file in files { variables.append(("GITHUB_" + file.name.uppercased(), file.path)) }
        return variables
    }

    private static let exported: Set<String> = [
        "actor", "actor_id", "api_url", "base_ref", "event_name", "event_path", "graphql_url", "head_ref",
        "job",
        "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner",
        "repository_owner_id", "retention_days", "run_attempt", "run_id", "run_number", "server_url", "sha",
        "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
    ]

    private var settled: [(key: String, value: Value)] {
        let event = facts.event
        let repository = facts.repository
        let api = repository.apiURL
        let workflowRef = "\(repository.fullName)/\(facts.workflowPath)@\(facts.ref)"
        return [
            ("token", .string(token)), ("job", .string(job)), ("ref", .string(facts.ref)),
            ("sha", .string(facts.sha)),
            ("repository", .string(repository.fullName)), ("repository_owner", .string(repository.owner)),
            ("repository_owner_id", .string("1")), ("repository_id", .string("1")),
            ("repositoryUrl", .string("git://\(repository.fullName).git")),
            ("run_id", .string(String(facts.firstRunID))), ("run_number", .string(String(facts.runNumber))),
            ("run_attempt", .string(String(facts.runAttempt))), ("retention_days", .string("90")),
            ("actor", .string(event.actor)), ("actor_id", .string("1")),
            ("triggering_actor", .string(event.actor)),
            ("workflow", .string(facts.workflowName)), ("workflow_ref", .string(workflowRef)),
            ("workflow_sha", .string(facts.sha)), ("head_ref", .string(event.headRef ?? "")),
            ("base_ref", .string(event.baseRef ?? "")), ("event_name", .string(event.name)),
            ("event", event.payload), ("event_path", .string(eventPath)),
            ("server_url", .string(repository.serverURL)),
            ("api_url", .string(api)), ("graphql_url", .string(api + "/graphql")),
            ("ref_name", .string(Self.shortName(of: facts.ref))),
            ("ref_type", .string(Self.type(of: facts.ref))),
            ("ref_protected", .boolean(false)), ("secret_source", .string("Actions")),
            ("workspace", .string(workspace)),
        ]
    }

    static func shortName(of ref: String) -> String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/pull/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }

    static func type(of ref: String) -> String {
        ref.hasPrefix("refs/tags/") ? "tag" : "branch"
    }
}
