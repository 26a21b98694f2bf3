import Expressions

/// The contexts whose names are the same in every workflow.
extension ValueType {
    static let texts = ValueType.object(ObjectType(others: .string))

    static let github: ObjectType = {
        var type = ObjectType()
        let texts = [
            "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id",
            "api_url", "artifact_cache_size_limit", "base_ref", "env", "event_name", "event_path",
            "graphql_url", "head_ref", "job", "job_workflow_sha", "output", "path", "ref", "ref_name",
            "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id",
            "repository_visibility", "repositoryUrl", "retention_days", "run_attempt", "run_id",
            "run_number", "secret_source", "server_url", "sha", "state", "step_summary", "token",
            "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
        ]
        for name in texts { type[name] = .string }
        type["ref_protected"] = .boolean
        for name in ["event", "artifacts", "artifacts_list"] { type[name] = .any }
        return type
    }()

    static let runner = ValueType.object(
        ObjectType([
            "name": .string, "os": .string, "arch": .string, "temp": .string, "tool_cache": .string,
            "debug": .string, "environment": .string, "workspace": .string,
        ])
    )

    static let strategy = ValueType.object(
        ObjectType([
            "fail-fast": .boolean, "job-index": .number, "job-total": .number, "max-parallel": .number,
        ])
    )

    /// `job`, with the services that it has; `nil` where these are not known.
    static func job(services: [String]?) -> ValueType {
        let service = ValueType.object(
            ObjectType(["id": .string, "network": .string, "ports": .texts])
        )
        var all = ObjectType(others: services == nil ? service : nil)
        if services?.isEmpty == true { all.explanation = "the job has no services" }
        for name in services ?? [] { all[name] = service }
        let container = ValueType.object(ObjectType(["id": .string, "network": .string, "ports": .texts]))
        return .object(
            ObjectType([
                "status": .string, "check_run_id": .number, "container": container, "services": .object(all),
                "workflow_ref": .string, "workflow_sha": .string, "workflow_repository": .string,
                "workflow_file_path": .string,
            ])
        )
    }

    /// A step, by the outputs that it has.
    static func step(outputs: ValueType) -> ValueType {
        .object(ObjectType(["outputs": outputs, "outcome": .string, "conclusion": .string]))
    }

    /// A job that another needs, by the outputs that it has.
    static func need(outputs: ValueType) -> ValueType {
        .object(ObjectType(["outputs": outputs, "result": .string]))
    }
}
