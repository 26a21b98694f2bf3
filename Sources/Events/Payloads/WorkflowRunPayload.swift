package import Expressions

/// The payload of `workflow_run`: what followers are told of the run that they follow.
package func workflowRunPayload(_ run: WorkflowRunFacts, in repository: PayloadRepository) -> Value {
    let url = "\(repository.resourceURL)/actions/runs/\(run.id)"
    let workflowURL = "\(repository.resourceURL)/actions/workflows/\(fileName(of: run.path))"
    let details = object([
        "id": number(run.id),
        "name": .string(run.name),
        "display_title": .string(run.displayTitle),
        "path": .string(run.path),
        "run_number": number(run.runNumber),
        "run_attempt": number(run.runAttempt),
        "event": .string(run.event),
        "status": .string(run.status),
        "conclusion": text(run.conclusion),
        "head_branch": text(run.headBranch),
        "head_sha": .string(run.headSHA),
        "head_commit": run.headCommit?.summary ?? .null,
        "pull_requests": list([]),
        "actor": repository.user(named: run.actor),
        "triggering_actor": repository.user(named: run.actor),
        "created_at": .string(run.createdAt.payloadText()),
        "run_started_at": .string((run.startedAt ?? run.createdAt).payloadText()),
        "updated_at": .string(run.updatedAt.payloadText()),
        "html_url": .string("\(repository.htmlURL)/actions/runs/\(run.id)"),
        "url": .string(url),
        "jobs_url": .string("\(url)/jobs"),
        "logs_url": .string("\(url)/logs"),
        "artifacts_url": .string("\(url)/artifacts"),
        "cancel_url": .string("\(url)/cancel"),
        "rerun_url": .string("\(url)/rerun"),
        "workflow_url": .string(workflowURL),
        "repository": repository.payload,
        "head_repository": run.headRepository ?? repository.payload,
    ])
    return object([
        "action": .string(run.action),
        "workflow_run": details,
        "workflow": object([
            "name": .string(run.name),
            "path": .string(run.path),
            "state": .string("active"),
            "url": .string(workflowURL),
        ]),
        "repository": repository.payload,
        "sender": repository.user(named: run.actor),
    ])
}

private func fileName(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
}
