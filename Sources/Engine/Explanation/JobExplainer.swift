import Expressions
import Store
import Workflows
import YAML

/// Explains the jobs of a workflow that starts: each with what is known of those before it.
struct JobExplainer {
    let facts: RunFacts
    let workflow: Workflow
    /// With a job all that it needs is among them.
    let jobs: [Job]
    /// `--matrix`.
    let selection: [(key: String, value: String)]
    /// The secrets and variables of a deployment environment; without a name those of the repository.
    let settings: (String?) throws -> (secrets: [String: String], variables: Value)
    /// The workflow that a call names, where it is at hand.
    let called: (String) -> Workflow?
    /// What is not known because of the job that called the workflow.
    private var unknownToCaller: [TraceScope.Unknown] = []
    private var certain = KnownEndings()
    private var hopeful = KnownEndings()

    init(
        facts: RunFacts,
        workflow: Workflow,
        jobs: [Job],
        selection: [(key: String, value: String)] = [],
        settings: @escaping (String?) throws -> (secrets: [String: String], variables: Value),
        called: @escaping (String) -> Workflow? = { _ in nil }
    ) {
        self.facts = facts
        self.workflow = workflow
        self.jobs = jobs
        self.selection = selection
        self.settings = settings
        self.called = called
    }

    /// In the order in which they could start.
    mutating func explain() throws -> [JobExplanation] {
        var explained: [JobExplanation] = []
        for node in JobGraph(workflow).nodes {
            guard let job = jobs.first(where: { $0.id == node.id }) else { continue }
            explained.append(try explain(job))
        }
        return explained
    }

    private mutating func explain(_ job: Job) throws -> JobExplanation {
        let scope = scope(of: job, certain)
        let condition = ConditionExplanation(
            job.condition,
            certain: scope,
            hopeful: self.scope(of: job, hopeful)
        )
        var explanation = JobExplanation(
            id: job.id,
            needs: job.needs.map(\.value),
            unsuccessful: ancestors(of: job).filter { certain[$0] != nil },
            verdict: condition.verdict,
            condition: condition,
            rows: [],
            unknownRows: []
        )
        if case .call(let call) = job.kind { explanation.calls = call.uses.value }
        if condition.verdict != .skipped, condition.verdict != .fails {
            try explainRows(of: job, in: scope, &explanation)
        }
        conclude(job.id, explanation.verdict)
        if explanation.fault != nil { hopeful[job.id] = .failure }
        return explanation
    }

    private func explainRows(of job: Job, in scope: TraceScope, _ explanation: inout JobExplanation) throws {
        switch KnownRows(of: job, in: scope, selection: selection) {
        case .fails(let message):
            explanation.fault = message
            // A job that is skipped after all has no matrix that could fail.
            if explanation.verdict == .runs { explanation.verdict = .fails }
        case .unknown(let reasons):
            explanation.unknownRows = reasons
            var scope = scope
            scope.scope.contexts["matrix"] = .object(.empty)
            scope.scope.contexts["strategy"] = .object(.empty)
            scope.unknowns += reasons.flatMap { [.init(["matrix"], $0), .init(["strategy"], $0)] }
            let name = job.name.map { scope.known($0) ?? $0.source } ?? job.id
            explanation.rows = [try explainRow(of: job, name: name, matrix: nil, in: scope, &explanation)]
        case .rows(let rows):
            if rows.isEmpty { explanation.verdict = .skipped }
            for row in rows {
                var scope = scope
                scope.scope.contexts["matrix"] = row.matrix
                scope.scope.contexts["strategy"] = row.strategy
                let matrix = row.hasMatrix ? row.matrix : nil
                let explained = try explainRow(
                    of: job,
                    name: row.name,
                    matrix: matrix,
                    in: scope,
                    &explanation
                )
                explanation.rows.append(explained)
            }
        }
    }

    private func explainRow(
        of job: Job,
        name: String,
        matrix: Value?,
        in scope: TraceScope,
        _ explanation: inout JobExplanation
    ) throws -> RowExplanation {
        var row = RowExplanation(name: name, matrix: matrix, steps: try explainSteps(of: job, in: scope))
        guard case .call(let call) = job.kind, let workflow = called(call.uses.value) else { return row }
        var explainer: JobExplainer
        do {
            explainer = try self.explainer(of: workflow, calledBy: job.id, call, in: scope)
        } catch {
            explanation.fault = explanation.fault ?? error.message
            if explanation.verdict == .runs { explanation.verdict = .fails }
            return row
        }
        row.jobs = try explainer.explain()
        return row
    }

    private mutating func conclude(_ id: String, _ verdict: Verdict) {
        switch verdict {
        case .skipped:
            certain[id] = .skipped
            hopeful[id] = .skipped
        case .fails:
            certain[id] = .failure
            hopeful[id] = .failure
        case .runs, .likelyRuns: hopeful[id] = .success
        case .likelySkipped: hopeful[id] = .skipped
        case .unknown: break
        }
    }

    // MARK: Calls

    /// Explains what a job calls, as if the job runs.
    ///
    /// - Parameter scope: What the job's own keys see, with its row.
    /// - Throws: What is wrong with the inputs that it gives.
    private func explainer(
        of workflow: Workflow,
        calledBy caller: String,
        _ call: WorkflowCall,
        in scope: TraceScope
    ) throws(Diagnostic) -> JobExplainer {
        var facts = facts
        var unknowns: [TraceScope.Unknown] = []
        let reasons = call.with.map { scope.reasons(of: $0.tree) } ?? []
        if reasons.isEmpty {
            let declared = workflow.callTrigger?.inputs ?? []
            facts.inputs = try CallArguments.inputs(call, declared: declared, in: scope.scope)
        } else {
            facts.inputs = .object(.empty)
            unknowns += reasons.map { .init(["inputs"], $0) }
        }
        if case .inherit = call.secrets {
        } else {
            unknowns.append(.init(["secrets"], "the secrets that job `\(caller)` hands on"))
        }
        var explainer = JobExplainer(
            facts: facts,
            workflow: workflow,
            jobs: workflow.jobs,
            selection: selection,
            settings: settings,
            called: called
        )
        explainer.unknownToCaller = unknowns
        return explainer
    }

    // MARK: Steps

    /// - Parameter scope: What the job's own keys see, with its row.
    private func explainSteps(of job: Job, in scope: TraceScope) throws -> [StepExplanation] {
        guard case .steps(let definition) = job.kind else { return [] }
        var scope = scope
        scope.scope.functions = [:]
        try addSettings(of: definition, to: &scope)
        var variables = KnownVariables()
        variables.add(workflow.env, in: scope)
        variables.add(definition.env, in: scope)
        var explainer = StepExplainer(job: scope, variables: variables, facts: facts)
        return definition.steps.map { explainer.explain($0) }
    }

    /// The secrets and variables of the job, which those of its deployment environment are among.
    private func addSettings(of definition: StepsJob, to scope: inout TraceScope) throws {
        var name: String?
        if let environment = definition.environment {
            let trees = [environment.whole, environment.name.tree].compactMap(\.self)
            let reasons = trees.flatMap { scope.reasons(of: $0) }.withoutRepeats
            // Before its rows are known nothing is known of what they deploy to.
            scope.unknowns += reasons.flatMap { [.init(["secrets"], $0), .init(["vars"], $0)] }
            if reasons.isEmpty { name = try? environment.evaluateName(in: scope.scope) }
        }
        let settings = try settings(name)
        scope.scope.contexts["vars"] = settings.variables
        scope.scope.contexts["secrets"] = .object(
            ObjectValue(
                settings.secrets.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) }
            )
        )
        scope.secrets = [["secrets"]]
        if settings.secrets["GITHUB_TOKEN"] == nil {
            scope.unknowns.append(.init(["secrets", "GITHUB_TOKEN"], "the run's token"))
        }
    }

    // MARK: What a job sees

    private func scope(of job: Job, _ endings: KnownEndings) -> TraceScope {
        let github = GitHubContext(facts: facts, job: job.id, token: "", workspace: "", eventPath: "")
        var unknowns = Self.madeByTheRun + unknownToCaller
        var needs: [ObjectValue.Pair] = []
        for need in job.needs.map(\.value) {
            let result = endings[need]
            if result == nil {
                unknowns.append(.init(["needs", need, "result"], "the result of job `\(need)`"))
            }
            // A job that never started has none.
            if result != .skipped, result != .failure {
                unknowns.append(.init(["needs", need, "outputs"], "the outputs of job `\(need)`"))
            }
            let facts: Value = .object([
                ("result", .string(result?.rawValue ?? "")), ("outputs", .object(.empty)),
            ])
            needs.append((need, facts))
        }
        let ancestors = ancestors(of: job)
        let known: @Sendable (String, [Value]) -> Bool? = { name, arguments in
            let asked = arguments.isEmpty ? ancestors : arguments.map(\.text)
            return name == "success" ? endings.isSuccessful(asked) : endings.hasFailure(asked)
        }
        return TraceScope(
            Scope(
                contexts: [
                    "github": github.value, "needs": .object(ObjectValue(needs)), "inputs": facts.inputs,
                    "vars": facts.vars,
                ],
                functions: [
                    "always": { _ in true }, "cancelled": { _ in false },
                    "success": { .boolean(known("success", $0) ?? false) },
                    "failure": { .boolean(known("failure", $0) ?? false) },
                ]
            ),
            unknowns: unknowns
        ) { name, arguments in
            guard name == "success" || name == "failure", known(name, arguments) == nil else { return nil }
            let asked = arguments.isEmpty ? ancestors : arguments.map(\.text)
            let open = asked.filter { endings[$0] == nil }.map { "`\($0)`" }.joined(separator: ", ")
            return name == "success" ? "the success of \(open)" : "a failure of \(open)"
        }
    }

    /// The ids of all jobs that a job needs, and that these need, in the order of the file.
    private func ancestors(of job: Job) -> [String] {
        jobs.map(\.id).filter(jobs.withNeeds(of: job.needs.map(\.value)).contains)
    }

    /// What of `github` only a run has.
    private static let madeByTheRun: [TraceScope.Unknown] = [
        .init(["github", "token"], "the run's token"), .init(["github", "run_id"], "the run's id"),
        .init(["github", "run_number"], "the run's number"),
        .init(["github", "workspace"], "the folder that the job works in"),
        .init(["github", "event_path"], "the folder that the job works in"),
    ]
}
