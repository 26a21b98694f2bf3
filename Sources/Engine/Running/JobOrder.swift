package import Expressions
package import Store
package import Workflows

/// One job, ready to run: its definition with the row of its matrix, the contexts that are settled, and where it works.
package struct JobOrder: Sendable {
    package var jobID: Int64
    /// The job's id, after those of its callers.
    package var key: String
    package var name: String
    package var facts: RunFacts
    /// The job's id in its workflow's file.
    package var id: String
    package var workflow: Workflow
    /// The text of its file.
    package var workflowText: String
    /// The file's path in its repository.
    package var workflowPath: String
    package var origin: WorkflowOrigin
    package var definition: StepsJob
    package var matrix: Value
    package var strategy: Value
    package var needs: Value
    /// By upper-case name, `GITHUB_TOKEN` among them.
    package var secrets: [String: String]
    /// What its logs do not show beside its secrets: those of the run that it may not read.
    package var hiddenValues: Set<String>
    /// Names that the workflow reads and nobody has set: empty text, which is rarely meant.
    package var unsetSecrets: [String]
    /// Variables of the machine that steps start from.
    package var hostEnvironment: [String: String]
    /// Variables that the caller added (`--env`, the local cloud): over the machine's, below the workflow's.
    package var addedEnvironment: [(name: String, value: String)]
    package var labels: [String]
    /// The deployment environment that the job names.
    package var environment: String?
    /// Whether the job may ask for tokens that tell others which job it is (`permissions: id-token: write`).
    package var mayRequestIDTokens: Bool
    /// What the job's own token is good for.
    package var rights: TokenRights
    /// Where the job goes on from an earlier attempt of it; absent where it begins anew.
    var resumed: ResumedJob?
    /// What the run's other jobs have left of what outputs may come to.
    var outputsLeft = OutputLimit.ofRun
    /// Whether `::debug::` lines are shown and `runner.debug` is set.
    package var isDebugging: Bool
}

/// How a job ended.
package struct JobEnding: Sendable {
    package var conclusion: Conclusion
    package var reason: String?
    package var outputs: [(name: String, value: String)]
    /// Commits that the job pushed, by the full name of the branch they went to.
    package var pushed: [(ref: String, commit: String)]
    /// The whole job as it was recorded; absent where it never began.
    package var record: JobRecord?
}
