import Expressions
import Foundation
import Store
import Workflows

extension JobRunner {
    /// Evaluates the job's own variables, writes the event, and fetches every action that the steps name.
    ///
    /// - Throws: What is wrong with the job before its first step.
    func setUp() async throws -> Bool {
        // Before anything is said: from here on no secret is in a line.
        var refusals: [String] = []
        for (name, value) in order.secrets.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            if let refusal = masker.add(value) { refusals.append("secrets.\(name): \(refusal)") }
        }
        for value in order.hiddenValues.subtracting(order.secrets.values).sorted() where !value.isEmpty {
            _ = masker.add(value)  // a refusal is told where the secret may be read
        }
        firstMasks = masker.patterns.version
        if let notice = folders.notice { line("##[warning]\(notice)", step: 1) }
        guard frame.status == .success else { return false }
        if let limit = services.processLimit { try processes.bound(to: limit) }
        line("flowrun \(FlowrunVersion.text), runner \(RunnerFacts.name)", step: 1)
        line(
            "Job \(order.name) of run \(order.facts.runID) on \(order.labels.joined(separator: ", "))",
            step: 1
        )
        for refusal in refusals { line("##[warning]\(refusal)", step: 1) }
        for name in order.unsetSecrets {
            line("##[warning]secrets.\(name) is not set, so it is empty", step: 1)
        }
        try folders.write(order.facts.event.payload.json(pretty: true), to: folders.eventPath)
        try Toolbox(home: services.home, program: services.program).install()

        let workflowScope = Scope(contexts: [
            "github": githubContext().value, "inputs": order.facts.inputs, "vars": order.facts.vars,
            "secrets": secretsContext,
        ])
        for (name, value) in try order.workflow.env?.evaluate(in: workflowScope) ?? [] {
            variables.define(name, value)
        }
        var scope = jobScope()
        scope.contexts["secrets"] = secretsContext
        for (name, value) in try order.definition.env?.evaluate(in: scope) ?? [] {
            variables.define(name, value)
        }
        try checkContainers()
        runDefaults = try evaluatedDefaults()
        try await fetchActions(of: order.definition.steps)
        return true
    }

    /// A container whose image comes to nothing is none; any other cannot be had yet.
    private func checkContainers() throws {
        for wish in try order.definition.containers(in: jobScope()) {
            guard wish.image.isEmpty else {
                let what = wish.service.map { "the service '\($0)'" } ?? "the job's container"
                throw StepFailure(
                    "\(what) needs the image '\(wish.image)': containers cannot be run by this version of flowrun"
                )
            }
            guard let service = wish.service else { continue }
            line(
                "The service '\(service)' will not be started because the container definition has an empty image.",
                step: 1
            )
        }
    }

    // MARK: Contexts

    func githubContext() -> GitHubContext {
        var github = GitHubContext(
            facts: order.facts,
            job: order.id,
            token: order.secrets["GITHUB_TOKEN"] ?? "",
            workspace: folders.workspace,
            eventPath: folders.eventPath
        )
        // Those of a called workflow have the ids of their callers in their keys.
        if order.key != order.id { github.jobWorkflowSHA = order.origin.sha }
        return github
    }

    var runnerContext: RunnerContext {
        RunnerContext(
            name: RunnerFacts.name,
            temp: folders.temp,
            toolCache: services.home.tools + "/cache",
            workspace: folders.root,
            isDebugging: order.isDebugging
        )
    }

    /// The token first, in the small letters that GitHub gives it, then the others by their names.
    var secretsContext: Value {
        var secrets = order.secrets
        let token = secrets.removeValue(forKey: "GITHUB_TOKEN").map { ("github_token", $0) }
        let all = [token].compactMap { $0 } + secrets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return .object(ObjectValue(all.map { (key: $0.0, value: .string($0.1)) }))
    }

    private var jobContext: Value {
        let origin = order.origin
        return .object(
            ObjectValue([
                ("status", .string(frame.status.rawValue)), ("check_run_id", .number(Double(order.jobID))),
                ("workflow_ref", .string("\(origin.repository)/\(order.workflowPath)@\(origin.ref)")),
                ("workflow_sha", .string(origin.sha)), ("workflow_repository", .string(origin.repository)),
                ("workflow_file_path", .string(order.workflowPath)),
            ])
        )
    }

    /// What the keys of the job itself may see.
    func jobScope() -> Scope {
        Scope(contexts: [
            "github": githubContext().value, "needs": order.needs, "strategy": order.strategy,
            "matrix": order.matrix,
            "inputs": order.facts.inputs, "vars": order.facts.vars,
        ])
    }

    /// What a step at the job's level may see.
    func scope(env: [(name: String, value: String)], github: GitHubContext? = nil) -> Scope {
        scope(env: env, frame: frame, github: github)
    }

    /// What a step may see: inside a composite action neither secrets nor variables nor needs.
    func scope(env: [(name: String, value: String)], frame: StepFrame, github: GitHubContext? = nil) -> Scope
    {
        var contexts: [String: Value] = [
            "github": (github ?? self.githubContext(in: frame)).value, "strategy": order.strategy,
            "matrix": order.matrix, "inputs": frame.inputs, "steps": frame.stepsContext, "job": jobContext,
            "runner": runnerContext.value,
            "env": visibleVariables(in: frame).context(with: (frame.action?.env ?? []) + env),
        ]
        if frame.action == nil {
            contexts["needs"] = order.needs
            contexts["vars"] = order.facts.vars
            contexts["secrets"] = secretsContext
        }
        return Scope(contexts: contexts, functions: functions(in: frame))
    }

    func githubContext(in frame: StepFrame) -> GitHubContext {
        var github = githubContext()
        if let action = frame.action {
            github.actionPath = action.path
            github.actionRepository = action.repository
            github.actionRef = action.ref
            github.status = frame.status.rawValue
        }
        return github
    }

    private func functions(in frame: StepFrame) -> [String: Scope.Function] {
        let status = frame.status
        let isCancelled = self.frame.status == .cancelled
        let hasher = FileHasher(workspace: folders.workspace)
        return [
            "always": { _ in .boolean(true) },
            "success": { _ in .boolean(status == .success) },
            "failure": { _ in .boolean(status == .failure) },
            "cancelled": { _ in .boolean(isCancelled) },
            "hashfiles": { arguments throws(ExpressionError) in
                .string(try hasher.hash(arguments.map(\.text)))
            },
        ]
    }
}
