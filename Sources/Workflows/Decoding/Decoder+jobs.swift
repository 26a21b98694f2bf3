import Expressions
import YAML

extension Decoder {
    func jobs(_ node: Node) -> [Job] {
        guard let fields = fields(node, of: "'jobs'", known: [], isLoose: true) else { return [] }
        if node.entries?.isEmpty == true {
            report(node, "no-jobs", "'jobs' must hold at least one job")
        }
        var ids = Identifiers()
        var jobs: [Job] = []
        for (id, key, value) in fields.entries {
            checkIdentifier(id, at: key, of: "job", in: &ids)
            if let job = job(id, key: key, value) { jobs.append(job) }
        }
        // Where a job could not be read, its name still is a job's.
        let names = fields.entries.map(\.name)
        checkNeeds(of: jobs, known: names)
        return spelled(jobs, as: names)
    }

    private static let common = ["name", "needs", "if", "permissions", "concurrency", "strategy"]
    private static let ofCalls = ["uses", "with", "secrets"]
    private static let ofSteps = [
        "runs-on", "timeout-minutes", "cancel-timeout-minutes", "continue-on-error", "container", "services",
        "env",
        "environment", "outputs", "defaults", "steps", "snapshot",
    ]

    private func job(_ id: String, key: Node, _ node: Node) -> Job? {
        let subject = "job '\(id)'"
        let isCall = node["uses"] != nil
        let reason =
            isCall
            ? "cannot stand in \(subject), which calls a workflow with 'uses'"
            : "cannot stand in \(subject), which calls no workflow with 'uses'"
        let others = isCall ? Self.ofSteps : Self.ofCalls
        let known = Self.common + (isCall ? Self.ofCalls : Self.ofSteps)
        let elsewhere = { (key: String) in others.contains(key) ? reason : nil }
        guard let fields = fields(node, of: subject, known: known, elsewhere: elsewhere) else { return nil }

        let kind = isCall ? call(fields).map(Job.Kind.call) : .steps(stepsJob(fields, key: key))
        let name = fields["name"].flatMap { textTemplate($0, fields.title("name"), allowing: .row) }
        let needs = fields["needs"].flatMap { texts($0, fields.title("needs")) } ?? []
        let condition = self.condition(fields["if"], fields.title("if"), allowing: .jobCondition) ?? .implicit
        let permissions = fields["permissions"].flatMap { self.permissions($0, fields.title("permissions")) }
        let concurrency = fields["concurrency"].flatMap {
            self.concurrency($0, fields.title("concurrency"), allowing: .row)
        }
        let strategy = fields["strategy"].flatMap { self.strategy($0, subject: fields.title("strategy")) }
        guard let kind else {
            return Job(id: id, location: key.location, needs: needs, kind: .unreadable(at: key))
        }
        return Job(
            id: id,
            location: key.location,
            name: name,
            needs: needs,
            condition: condition,
            conditionLocation: fields["if"]?.location,
            permissions: permissions,
            concurrency: concurrency,
            strategy: strategy,
            kind: kind
        )
    }

    private func call(_ fields: Fields) -> WorkflowCall? {
        guard let node = fields["uses"] else { return nil }
        let uses = located(node, fields.title("uses"))
        if let uses, !isExpression(node) { checkWorkflowReference(uses.value, at: node) }
        let with = fields["with"].flatMap { literalMapping($0, fields.title("with"), allowing: .row) }
        var secrets = WorkflowCall.Secrets.none
        if let node = fields["secrets"] {
            if node.scalar != nil {
                if text(node, fields.title("secrets")) == "inherit" {
                    secrets = .inherit
                } else {
                    reportKind(node, fields.title("secrets"), expected: "'inherit' or a mapping")
                }
            } else if let mapping = literalMapping(node, fields.title("secrets"), allowing: .rowAndSecrets) {
                secrets = .mapping(mapping)
            }
        }
        return uses.map { WorkflowCall(uses: $0, with: with, secrets: secrets) }
    }

    /// Names and values that, unlike `env`, must be a mapping and not one expression.
    private func literalMapping(
        _ node: Node,
        _ title: String,
        allowing allowed: Availability
    ) -> Templated<Environment>? {
        guard node.entries != nil else {
            reportKind(node, title, expected: "a mapping")
            return nil
        }
        return environment(node, title, allowing: allowed)
    }

    private func checkWorkflowReference(_ text: String, at node: Node) {
        if text.hasPrefix("./") || text.hasPrefix("$/") {
            guard text.contains("@") else { return }
            report(
                node,
                "uses-format",
                "'\(text)' is a workflow of this repository, so it cannot have a version after '@'"
            )
            return
        }
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        let path = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[1].isEmpty, path.count >= 3, !path.contains("") else {
            report(
                node,
                "uses-format",
                "'\(text)' is no reference to a workflow",
                hint: "write './.github/workflows/file.yml' or 'owner/repo/.github/workflows/file.yml@ref'"
            )
            return
        }
    }

    private func stepsJob(_ fields: Fields, key: Node) -> StepsJob {
        let runsOn = required("runs-on", in: fields, at: key).flatMap {
            self.runsOn($0, fields.title("runs-on"))
        }
        // Where `runs-on` could not be read, the rest is read all the same.
        var job = StepsJob(runsOn: runsOn ?? RunsOn(location: key.location))
        job.env = fields["env"].flatMap { environment($0, fields.title("env"), allowing: .rowAndSecrets) }
        job.defaults =
            fields["defaults"].flatMap { defaults($0, fields.title("defaults"), allowing: .jobDefaults) }
            ?? RunDefaults()
        job.timeoutMinutes = fields["timeout-minutes"].flatMap {
            numberTemplate($0, fields.title("timeout-minutes"), allowing: .row)
        }
        job.cancelTimeoutMinutes = fields["cancel-timeout-minutes"].flatMap {
            numberTemplate($0, fields.title("cancel-timeout-minutes"), allowing: .row)
        }
        job.continueOnError = fields["continue-on-error"].flatMap {
            booleanTemplate($0, fields.title("continue-on-error"), allowing: .row)
        }
        job.outputs = fields["outputs"].flatMap {
            literalMapping($0, fields.title("outputs"), allowing: .runner)
        }
        job.environment = fields["environment"].flatMap { deployment($0, fields.title("environment")) }
        job.container = fields["container"].flatMap {
            container($0, fields.title("container"), isService: false)
        }
        job.services = fields["services"].flatMap { services($0, fields.title("services")) }
        job.snapshot = fields["snapshot"].flatMap { snapshot($0, fields.title("snapshot")) }
        job.steps = fields["steps"].flatMap { steps($0, of: fields.subject, kind: .job) } ?? []
        if job.steps.isEmpty, fields["steps"]?.items?.isEmpty ?? true {
            report(key, "no-steps", "\(fields.subject) has no steps", severity: .warning)
        }
        return job
    }
}

extension Job.Kind {
    /// Stands in for a job that could not be read, which still can be needed.
    fileprivate static func unreadable(at key: Node) -> Job.Kind {
        .steps(StepsJob(runsOn: RunsOn(location: key.location)))
    }
}
