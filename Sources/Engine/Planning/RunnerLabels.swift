/// Where jobs run that ask for a label.
package enum RunTarget: Sendable, Equatable, CustomStringConvertible {
    /// A process of this machine.
    case host
    /// A job with such a label is an error.
    case none

    package var description: String {
        switch self {
        case .host: "host"
        case .none: "none"
        }
    }
}

/// The user's table of labels (`--label LABEL=TARGET`), over flowrun's own.
package struct RunnerLabels: Sendable {
    private var targets: [String: RunTarget] = [:]

    package init() {}

    /// - Throws: A sentence that says what a target may be.
    package mutating func set(_ label: String, to target: String) throws(PlanError) {
        switch target {
        case "host": targets[label.lowercased()] = .host
        case "none": targets[label.lowercased()] = RunTarget.none
        default:
            let family = target.split(separator: ":").first.map(String.init) ?? target
            guard ["sandbox", "container", "slurm"].contains(family) else {
                throw PlanError("`\(target)` is not a target for label `\(label)`: it may be host or none")
            }
            throw PlanError(
                "jobs cannot run in a \(family) with this version of flowrun; `\(label)` may be host or none"
            )
        }
    }

    /// `ubuntu-*`, `self-hosted` and the machine's own system and architecture are this machine unless told otherwise.
    func target(of labels: [String], system: String, architecture: String) throws(PlanError) -> RunTarget {
        for label in labels {
            let name = label.lowercased()
            if let target = targets[name] {
                if target == .none {
                    throw PlanError("jobs that run on `\(label)` are switched off (--label \(label)=none)")
                }
                continue
            }
            let isOurs =
                name.hasPrefix("ubuntu-") || name == "self-hosted" || name == system.lowercased()
                || name == architecture.lowercased()
            guard isOurs else {
                throw PlanError(
                    "no runner has the label `\(label)`; say where its jobs run with --label \(label)=host"
                )
            }
        }
        return .host
    }
}

/// Why something cannot be planned, in a sentence.
package struct PlanError: Error, CustomStringConvertible {
    package var description: String
    /// Whether it is that there is nothing of the name that was given.
    package var isUnknownName: Bool

    package init(_ description: String, isUnknownName: Bool = false) {
        self.description = description
        self.isUnknownName = isUnknownName
    }
}
