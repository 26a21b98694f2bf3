import Engine
import Events
import Expressions
import Foundation
import Store

/// A token that tells others which job of which run asks, with the claims of GitHub's.
enum IdentityToken {
    /// So long it holds: long enough to be shown once.
    private static let lifetime = 300

    /// - Parameters:
    ///   - audience: Whom it is for; the repository's owner where the job does not say.
    ///   - issuer: The address under which the keys are found.
    static func make(
        for job: ToolkitJob,
        audience: String?,
        issuer: String,
        key: IssuerKey,
        at now: Date = Date()
    ) throws -> String {
        let text = WebToken.unsigned(
            header: { json in
                json.field("alg", "RS256")
                json.field("typ", "JWT")
                json.field("kid", key.id)
            },
            claims: { json in
                let seconds = Int(now.timeIntervalSince1970)
                json.field("jti", UUID().uuidString.lowercased())
                json.field("iss", issuer)
                json.field("aud", audience ?? defaultAudience(of: job.facts))
                json.field("sub", subject(of: job))
                json.field("iat", seconds)
                json.field("nbf", seconds)
                json.field("exp", seconds + lifetime)
                for (name, value) in claims(of: job) { json.entry(name, value) }
            }
        )
        return try "\(text).\(key.signature(of: text).base64URL)"
    }

    static func defaultAudience(of facts: RunFacts) -> String {
        "\(facts.repository.serverURL)/\(facts.repository.owner)"
    }

    /// Who asks, in one word: by the environment, else the pull request, else the ref.
    static func subject(of job: ToolkitJob) -> String {
        let repository = "repo:\(job.facts.repository.fullName)"
        if let environment = job.environment {
            // Other parts are set apart by colons.
            return "\(repository):environment:\(environment.replacing(":", with: "%3A"))"
        }
        if job.facts.event.name == "pull_request" { return "\(repository):pull_request" }
        return "\(repository):ref:\(job.facts.ref)"
    }

    /// The claims that a token may have, as GitHub's discovery document lists its own.
    static let claimNames = [
        "sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "ref_type", "ref_protected", "sha",
        "repository",
        "repository_owner", "repository_id", "repository_owner_id", "repository_visibility", "run_id",
        "run_number", "run_attempt", "check_run_id", "actor", "actor_id", "event_name", "head_ref",
        "base_ref",
        "workflow", "workflow_ref", "workflow_sha", "job_workflow_ref", "job_workflow_sha",
        "runner_environment", "environment",
    ]

    /// All of them are texts.
    private static func claims(of job: ToolkitJob) -> [(name: String, value: String)] {
        let facts = job.facts
        let workflowRef = "\(facts.repository.fullName)/\(facts.workflowPath)@\(facts.ref)"
        var claims: [(name: String, value: String)] = [
            ("ref", facts.ref), ("ref_type", facts.ref.hasPrefix("refs/tags/") ? "tag" : "branch"),
            ("ref_protected", "false"), ("sha", facts.sha),
            ("repository", facts.repository.fullName), ("repository_owner", facts.repository.owner),
            ("repository_id", "1"), ("repository_owner_id", "1"), ("repository_visibility", "private"),
            ("run_id", String(facts.runID)), ("run_number", String(facts.runNumber)),
            ("run_attempt", String(facts.runAttempt)), ("check_run_id", String(job.id)),
            ("actor", facts.event.actor), ("actor_id", "1"), ("event_name", facts.event.name),
            ("head_ref", facts.event.headRef ?? ""), ("base_ref", facts.event.baseRef ?? ""),
            ("workflow", facts.workflowName), ("workflow_ref", workflowRef), ("workflow_sha", facts.sha),
            ("job_workflow_ref", job.workflowRef), ("job_workflow_sha", job.workflowSHA),
            ("runner_environment", "self-hosted"),
        ]
        if let environment = job.environment { claims.append(("environment", environment)) }
        return claims
    }
}
