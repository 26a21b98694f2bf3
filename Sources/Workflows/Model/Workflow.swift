package import Expressions
package import YAML

/// What a workflow file says.
package struct Workflow: Sendable {
    /// The file's path as it was given to the reader (relative to the repository when it comes from one).
    package var path: String
    package var location: SourceLocation
    package var name: String?
    package var runName: Templated<String>?
    package var triggers: [Trigger]
    package var env: Templated<Environment>?
    package var defaults: RunDefaults
    package var permissions: Permissions?
    package var concurrency: Concurrency?
    /// In the order of the file.
    package var jobs: [Job]

    /// GitHub's name of the workflow: `name`, else the file's path.
    package var displayName: String { name ?? path }

    /// What callers have to hand over and what they get; `nil` where it cannot be called.
    package var callTrigger: Trigger? { triggers.first { $0.event == "workflow_call" } }

    package init(
        path: String,
        location: SourceLocation,
        name: String? = nil,
        runName: Templated<String>? = nil,
        triggers: [Trigger] = [],
        env: Templated<Environment>? = nil,
        defaults: RunDefaults = RunDefaults(),
        permissions: Permissions? = nil,
        concurrency: Concurrency? = nil,
        jobs: [Job] = []
    ) {
        self.path = path
        self.location = location
        self.name = name
        self.runName = runName
        self.triggers = triggers
        self.env = env
        self.defaults = defaults
        self.permissions = permissions
        self.concurrency = concurrency
        self.jobs = jobs
    }
}

/// One event under `on:`.
package struct Trigger: Sendable {
    /// `push`, `pull_request`, `schedule`, `workflow_dispatch`, `workflow_run`, `workflow_call`, ...
    package var event: String
    package var location: SourceLocation
    package var types: [String]?
    package var branches: PatternFilter?
    package var tags: PatternFilter?
    package var paths: PatternFilter?
    /// The `workflows` of `workflow_run`.
    package var workflows: [String]
    /// The `names` and `versions` of `image_version`.
    package var names: [String]
    package var versions: [String]
    /// The entries of `schedule`.
    package var schedules: [Schedule]
    /// The `inputs` of `workflow_dispatch` and `workflow_call`.
    package var inputs: [WorkflowInput]
    /// The `outputs` of `workflow_call`.
    package var outputs: [WorkflowCallOutput]
    /// The `secrets` of `workflow_call`.
    package var secrets: [WorkflowCallSecret]

    package init(
        event: String,
        location: SourceLocation,
        types: [String]? = nil,
        branches: PatternFilter? = nil,
        tags: PatternFilter? = nil,
        paths: PatternFilter? = nil,
        workflows: [String] = [],
        names: [String] = [],
        versions: [String] = [],
        schedules: [Schedule] = [],
        inputs: [WorkflowInput] = [],
        outputs: [WorkflowCallOutput] = [],
        secrets: [WorkflowCallSecret] = []
    ) {
        self.event = event
        self.location = location
        self.types = types
        self.branches = branches
        self.tags = tags
        self.paths = paths
        self.workflows = workflows
        self.names = names
        self.versions = versions
        self.schedules = schedules
        self.inputs = inputs
        self.outputs = outputs
        self.secrets = secrets
    }
}

/// A list of patterns, positive (`branches`, with `!` for exceptions) or negative (`branches-ignore`).
package struct PatternFilter: Sendable {
    package var isIgnoring: Bool
    package var patterns: [Located<String>]

    package init(isIgnoring: Bool, patterns: [Located<String>]) {
        self.isIgnoring = isIgnoring
        self.patterns = patterns
    }
}

/// A value and where it stands.
package struct Located<T: Sendable>: Sendable {
    package var value: T
    package var location: SourceLocation

    package init(_ value: T, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

package struct Schedule: Sendable {
    package var cron: Located<String>
    /// An IANA name; UTC where it is absent.
    package var timezone: Located<String>?

    package init(cron: Located<String>, timezone: Located<String>? = nil) {
        self.cron = cron
        self.timezone = timezone
    }
}

/// An input of `workflow_dispatch` or `workflow_call`.
package struct WorkflowInput: Sendable {
    package enum Kind: String, Sendable { case string, boolean, number, choice, environment }

    package var name: String
    package var location: SourceLocation
    package var kind: Kind
    package var description: String?
    package var isRequired: Bool
    package var defaultValue: Templated<Value>?
    package var options: [String]
    package var deprecationMessage: String?

    package init(
        name: String,
        location: SourceLocation,
        kind: Kind = .string,
        description: String? = nil,
        isRequired: Bool = false,
        defaultValue: Templated<Value>? = nil,
        options: [String] = [],
        deprecationMessage: String? = nil
    ) {
        self.name = name
        self.location = location
        self.kind = kind
        self.description = description
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.options = options
        self.deprecationMessage = deprecationMessage
    }
}

package struct WorkflowCallOutput: Sendable {
    package var name: String
    package var location: SourceLocation
    package var value: Templated<String>

    package init(name: String, location: SourceLocation, value: Templated<String>) {
        self.name = name
        self.location = location
        self.value = value
    }
}

package struct WorkflowCallSecret: Sendable {
    package var name: String
    package var location: SourceLocation
    package var isRequired: Bool

    package init(name: String, location: SourceLocation, isRequired: Bool = false) {
        self.name = name
        self.location = location
        self.isRequired = isRequired
    }
}

/// What stands under `run` in `defaults`.
package struct RunDefaults: Sendable {
    package var shell: Templated<String>?
    package var workingDirectory: Templated<String>?

    package init(shell: Templated<String>? = nil, workingDirectory: Templated<String>? = nil) {
        self.shell = shell
        self.workingDirectory = workingDirectory
    }
}

/// The `concurrency` of a workflow or a job.
package struct Concurrency: Sendable {
    package enum Queue: String, Sendable { case single, max }

    package var location: SourceLocation
    package var group: Templated<String>
    package var cancelInProgress: Templated<Bool>?
    package var queue: Queue
    /// Set when the whole `concurrency` is one expression, or has keys that are expressions.
    package var whole: TemplateTree?

    package init(
        location: SourceLocation,
        group: Templated<String>,
        cancelInProgress: Templated<Bool>? = nil,
        queue: Queue = .single,
        whole: TemplateTree? = nil
    ) {
        self.location = location
        self.group = group
        self.cancelInProgress = cancelInProgress
        self.queue = queue
        self.whole = whole
    }
}

/// The `permissions` of a workflow or a job.
package enum Permissions: Sendable {
    case readAll
    case writeAll
    /// Scopes by name; those that are absent are `none`.
    case scopes([String: String])

    /// Whether `id-token: write` is among them.
    package var allowsIDTokens: Bool {
        switch self {
        case .readAll: false
        case .writeAll: true
        case .scopes(let scopes): scopes["id-token"] == "write"
        }
    }
}
