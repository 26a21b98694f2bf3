package import Expressions
package import Store
package import Workflows
import YAML

/// One run of one workflow, ready to start; or, below it, one call of a workflow by a job of it.
package struct RunOrder: Sendable {
    package var facts: RunFacts
    package var tree: WorkflowTree
    /// The jobs to run with everything that they need; all of them unless `--job` said otherwise.
    package var jobs: [Job]
    /// Those that the workflow may read, by upper-case name.
    package var secrets: [String: String]
    package var hostEnvironment: [String: String]
    package var addedEnvironment: [(name: String, value: String)]
    package var labels: RunnerLabels
    package var matrixSelection: [(key: String, value: String)]
    package var isDebugging: Bool
    /// The secrets that a deployment environment has of its own, and variables as they are in it, by its name.
    package var settings: @Sendable (String) throws -> (secrets: [String: String], variables: Value)
    /// The concurrency groups that the run and the calls above hold, in lower case.
    package var heldGroups: Set<String> = []
    /// The jobs whose calls led here, before the ids and names of the jobs here.
    package var callers = CallPath()
    /// What stands between its jobs and the environments that they name.
    package var protections = EnvironmentProtections()
    /// For whom its jobs take places.
    package var claim: PlaceClaim
    /// What its jobs have given, together with all that it calls.
    let outputs = RunOutputs()
    /// What an earlier attempt of the run has that need not be done again.
    package var carried: [CarriedJob] = []
    /// Jobs that go on in the workspace of an earlier attempt.
    var resumed = ResumedJobs()
    /// Whether something above, which the jobs here depend on, has run anew.
    var mustRun = false
    /// Secrets of those above that the workflow may not read: its logs do not show them all the same.
    package var hiddenValues: Set<String> = []
    /// Whether a fork has written what runs: its token reads and no more.
    var isOfFork = false
    /// Whether the call above may hand down the right to ask for identity tokens; absent where nothing is above.
    var callerAllowsIDTokens: Bool?
    /// What the token of the call above is good for; absent where nothing is above.
    var callerRights: TokenRights?

    package init(
        facts: RunFacts,
        tree: WorkflowTree,
        jobs: [Job],
        secrets: [String: String],
        hostEnvironment: [String: String],
        addedEnvironment: [(name: String, value: String)],
        labels: RunnerLabels,
        matrixSelection: [(key: String, value: String)],
        isDebugging: Bool,
        settings: @escaping @Sendable (String) throws -> (secrets: [String: String], variables: Value)
    ) {
        self.facts = facts
        claim = PlaceClaim(repository: facts.repository.path)
        self.tree = tree
        self.jobs = jobs
        self.secrets = secrets
        self.hostEnvironment = hostEnvironment
        self.addedEnvironment = addedEnvironment
        self.labels = labels
        self.matrixSelection = matrixSelection
        self.isDebugging = isDebugging
        self.settings = settings
    }

    /// The order for the workflow that a row of a job calls.
    ///
    /// The event, the variables and the names of the run stay those of the caller; `env` does not go down.
    ///
    /// - Parameters:
    ///   - job: The one that calls.
    ///   - scope: What the keys of the row may see.
    func calling(_ call: WorkflowCall, of job: Job, as row: PlannedJob, in scope: Scope) throws -> RunOrder {
        guard let called = tree.called[call.uses.value], let trigger = called.workflow.callTrigger else {
            throw PlanError("there is no workflow '\(call.uses.value)' to call")
        }
        let arguments = try CallArguments(call, of: trigger, secrets: secrets, in: scope)
        var order = self
        order.tree = called
        order.jobs = called.workflow.jobs
        order.facts.inputs = arguments.inputs
        order.secrets = arguments.secrets
        order.hiddenValues.formUnion(secrets.values)
        order.callerAllowsIDTokens = allowsIDTokens(job)
        order.callerRights = rights(of: job)
        order.callers = callers.below(key: row.key, name: row.name)
        if let group = row.concurrency?.group { order.heldGroups.insert(group.lowercased()) }
        return order
    }

    /// Whether a job may ask for identity tokens (`permissions: id-token: write`).
    ///
    /// A call hands down what it has and no more; what is called and says nothing of its own has all of it.
    func allowsIDTokens(_ job: Job) -> Bool {
        guard !isOfFork else { return false }
        let own = (job.permissions ?? tree.workflow.permissions)?.allowsIDTokens
        guard let callerAllowsIDTokens else { return own ?? false }
        return callerAllowsIDTokens && own ?? true
    }

    /// What a job's own token is good for: the job's `permissions`, else the workflow's, within those of a call above.
    func rights(of job: Job) -> TokenRights {
        let own = (job.permissions ?? tree.workflow.permissions).map(TokenRights.init)
        guard let callerRights else {
            let rights = own ?? .restricted
            return isOfFork ? rights.within(TokenRights(.readAll)) : rights
        }
        return own?.within(callerRights) ?? callerRights
    }

    /// What the workflow's own `concurrency` asks for; `nil` where it has none.
    func concurrency() throws -> ConcurrencyGate.Request? {
        guard let concurrency = tree.workflow.concurrency else { return nil }
        let github = GitHubContext(facts: facts, job: "", token: "", workspace: "", eventPath: "")
        let scope = Scope(contexts: ["github": github.value, "inputs": facts.inputs, "vars": facts.vars])
        let wanted = try concurrency.evaluate(in: scope)
        guard !heldGroups.contains(wanted.group.lowercased()) else {
            throw Diagnostic(
                location: concurrency.location,
                code: "call-concurrency",
                message: "the called workflow waits for the concurrency group that its own run holds"
            )
        }
        return ConcurrencyGate.Request(wanted, repository: facts.repository.path)
    }
}

/// How a run ended.
package struct RunEnding: Sendable {
    package var conclusion: Conclusion
    /// In the order in which they were made.
    package var jobs: [JobRecord]
    package var pushed: [(ref: String, commit: String)]
}
