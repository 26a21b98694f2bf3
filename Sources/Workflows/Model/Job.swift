package import Expressions
package import YAML

/// What a workflow says of one job: either its own steps, or a call of a reusable workflow.
package struct Job: Sendable {
    package var id: String
    package var location: SourceLocation
    package var name: Templated<String>?
    package var needs: [Located<String>]
    package var condition: Condition
    /// Where the value of `if` stands; `nil` without one.
    package var conditionLocation: SourceLocation?
    package var permissions: Permissions?
    package var concurrency: Concurrency?
    package var strategy: Strategy?
    package var kind: Kind

    package enum Kind: Sendable {
        case steps(StepsJob)
        case call(WorkflowCall)
    }

    package init(
        id: String,
        location: SourceLocation,
        name: Templated<String>? = nil,
        needs: [Located<String>] = [],
        condition: Condition = .implicit,
        conditionLocation: SourceLocation? = nil,
        permissions: Permissions? = nil,
        concurrency: Concurrency? = nil,
        strategy: Strategy? = nil,
        kind: Kind
    ) {
        self.id = id
        self.location = location
        self.name = name
        self.needs = needs
        self.condition = condition
        self.conditionLocation = conditionLocation
        self.permissions = permissions
        self.concurrency = concurrency
        self.strategy = strategy
        self.kind = kind
    }
}

/// A job that runs steps.
package struct StepsJob: Sendable {
    package var runsOn: RunsOn
    package var env: Templated<Environment>?
    package var defaults: RunDefaults
    package var timeoutMinutes: Templated<Double>?
    package var cancelTimeoutMinutes: Templated<Double>?
    package var continueOnError: Templated<Bool>?
    package var outputs: Templated<Environment>?
    package var environment: DeploymentEnvironment?
    /// `container` and `services` as they stand: they are typed when an engine for them is asked for.
    package var container: TemplateTree?
    package var services: TemplateTree?
    package var snapshot: TemplateTree?
    package var steps: [Step]

    package init(
        runsOn: RunsOn,
        env: Templated<Environment>? = nil,
        defaults: RunDefaults = RunDefaults(),
        timeoutMinutes: Templated<Double>? = nil,
        cancelTimeoutMinutes: Templated<Double>? = nil,
        continueOnError: Templated<Bool>? = nil,
        outputs: Templated<Environment>? = nil,
        environment: DeploymentEnvironment? = nil,
        container: TemplateTree? = nil,
        services: TemplateTree? = nil,
        snapshot: TemplateTree? = nil,
        steps: [Step] = []
    ) {
        self.runsOn = runsOn
        self.env = env
        self.defaults = defaults
        self.timeoutMinutes = timeoutMinutes
        self.cancelTimeoutMinutes = cancelTimeoutMinutes
        self.continueOnError = continueOnError
        self.outputs = outputs
        self.environment = environment
        self.container = container
        self.services = services
        self.snapshot = snapshot
        self.steps = steps
    }
}

/// A job that calls a reusable workflow.
package struct WorkflowCall: Sendable {
    package var uses: Located<String>
    package var with: Templated<Environment>?
    package var secrets: Secrets

    package enum Secrets: Sendable {
        case none
        case inherit
        case mapping(Templated<Environment>)
    }

    package init(uses: Located<String>, with: Templated<Environment>? = nil, secrets: Secrets = .none) {
        self.uses = uses
        self.with = with
        self.secrets = secrets
    }
}

/// `runs-on`: a label, a list of labels (or an expression that gives one of these), and a group.
package struct RunsOn: Sendable {
    package var labels: Templated<Value>?
    package var group: Templated<String>?
    package var location: SourceLocation
    /// Set when `runs-on` is one expression, which may give a mapping, or has keys that are expressions.
    package var whole: TemplateTree?

    package init(
        labels: Templated<Value>? = nil,
        group: Templated<String>? = nil,
        location: SourceLocation,
        whole: TemplateTree? = nil
    ) {
        self.labels = labels
        self.group = group
        self.location = location
        self.whole = whole
    }
}

/// The `strategy` of a job.
package struct Strategy: Sendable {
    package var location: SourceLocation
    /// A mapping, or one expression that gives it.
    package var matrix: TemplateTree?
    package var failFast: Templated<Bool>?
    package var maxParallel: Templated<Double>?
    /// Set when the whole `strategy` is one expression.
    package var whole: TemplateTree?

    package init(
        location: SourceLocation,
        matrix: TemplateTree? = nil,
        failFast: Templated<Bool>? = nil,
        maxParallel: Templated<Double>? = nil,
        whole: TemplateTree? = nil
    ) {
        self.location = location
        self.matrix = matrix
        self.failFast = failFast
        self.maxParallel = maxParallel
        self.whole = whole
    }
}

/// The `environment` of a job.
package struct DeploymentEnvironment: Sendable {
    package var name: Templated<String>
    package var url: Templated<String>?
    package var deployment: Templated<Bool>?
    package var location: SourceLocation
    /// Set when the whole `environment` is one expression, or has keys that are expressions.
    package var whole: TemplateTree?

    package init(
        name: Templated<String>,
        url: Templated<String>? = nil,
        deployment: Templated<Bool>? = nil,
        location: SourceLocation,
        whole: TemplateTree? = nil
    ) {
        self.name = name
        self.url = url
        self.deployment = deployment
        self.location = location
        self.whole = whole
    }
}
