import Expressions

/// The variables of a job as its steps see them, in the layers that decide who wins (semantics.md 1.13, 3.39).
struct JobVariables: Sendable {
    /// The machine's, less what would mislead.
    let host: [String: String]
    /// `--env` and the local cloud's.
    let added: [(name: String, value: String)]
    /// The workflow's and the job's `env`, then what steps wrote to `GITHUB_ENV`, in order.
    private(set) var defined: [(name: String, value: String)] = []
    /// What steps wrote to `GITHUB_PATH`, the newest first.
    private(set) var pathEntries: [String] = []
    /// Folders that stand in front of the machine's PATH from the start.
    let shims: [String]

    init(host: [String: String], added: [(name: String, value: String)], shims: [String]) {
        self.host = host
        self.added = added
        self.shims = shims
    }

    mutating func define(_ name: String, _ value: String) {
        if let index = defined.firstIndex(where: { $0.name == name }) {
            defined[index].value = value
        } else {
            defined.append((name, value))
        }
    }

    mutating func prependPath(_ entry: String) {
        pathEntries.removeAll { $0 == entry }
        pathEntries.insert(entry, at: 0)
    }

    mutating func apply(_ change: VariableChange) {
        switch change {
        case .define(let name, let value): define(name, value)
        case .prependPath(let entry): prependPath(entry)
        }
    }

    /// The `env` context: what the workflow defines, with case-sensitive names, and a step's own on top.
    func context(with step: [(name: String, value: String)]) -> Value {
        let pairs = (defined + step).map { (key: $0.name, value: Value.string($0.value)) }
        return .object(ObjectValue(pairs, isCaseSensitive: true))
    }

    /// The whole environment of a process: `defaults` (`GITHUB_`, `RUNNER_`) cannot be overridden.
    func process(
        step: [(name: String, value: String)],
        defaults: [(name: String, value: String)]
    ) -> [String: String] {
        var environment = host
        for (name, value) in added { environment[name] = value }
        for (name, value) in defined { environment[name] = value }
        for (name, value) in step { environment[name] = value }
        for (name, value) in defaults { environment[name] = value }
        environment["GITHUB_ACTIONS"] = "true"
        if environment["CI"] == nil { environment["CI"] = "true" }
        let path = pathEntries + shims + [environment["PATH"] ?? ""]
        environment["PATH"] = path.filter { !$0.isEmpty }.joined(separator: ":")
        return environment
    }
}
