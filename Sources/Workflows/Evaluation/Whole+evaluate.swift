package import Expressions
package import YAML

/// `concurrency` with its expressions evaluated.
package struct EvaluatedConcurrency: Sendable, Equatable {
    package var group: String
    package var cancelsInProgress: Bool
    package var queue: Concurrency.Queue
}

extension Concurrency {
    /// The most characters that the name of a group has, as UTF-16 counts them.
    package static let longestGroup = 400

    /// What it comes to; an empty group, or one with too long a name, is a fault.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> EvaluatedConcurrency {
        var evaluated = EvaluatedConcurrency(group: "", cancelsInProgress: false, queue: queue)
        if let whole {
            let value = try whole.evaluate(in: scope)
            let at = location
            if value.objectValue != nil {
                evaluated.group = try Templated<String>.literal(value["group"], at: at).evaluate(in: scope)
                let cancel = value["cancel-in-progress"]
                evaluated.cancelsInProgress =
                    cancel.isNull ? false : try Templated<Bool>.literal(cancel, at: at).evaluate(in: scope)
                evaluated.queue = Queue(rawValue: value["queue"].text) ?? .single
            } else {
                evaluated.group = try Templated<String>.literal(value, at: at).evaluate(in: scope)
            }
        } else {
            evaluated.group = try group.evaluate(in: scope)
            if let cancelInProgress { evaluated.cancelsInProgress = try cancelInProgress.evaluate(in: scope) }
        }
        guard !evaluated.group.isEmpty else {
            throw .evaluation(at: location, "the concurrency group is empty")
        }
        let length = evaluated.group.utf16.count
        guard length <= Self.longestGroup else {
            throw .evaluation(
                at: location,
                "a concurrency group has at most \(Self.longestGroup) characters; this one has \(length)"
            )
        }
        return evaluated
    }
}

extension RunsOn {
    /// The labels and the group that a job asks for.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> (labels: [String], group: String?) {
        let found: Value
        var name: String?
        if let whole, case .object(let object) = try whole.evaluate(in: scope) {
            found = object["labels"] ?? .null
            name = object["group"]?.text
        } else {
            found = try labels?.evaluate(in: scope) ?? .null
            name = try group?.evaluate(in: scope)
        }
        let values = found.elements ?? (found.isNull ? [] : [found])
        var texts: [String] = []
        for value in values {
            texts.append(try Templated<String>.literal(value, at: location).evaluate(in: scope))
        }
        guard !texts.contains("") else { throw .evaluation(at: location, "a label of 'runs-on' is empty") }
        return (texts, name)
    }
}

extension DeploymentEnvironment {
    /// The environment's name; `nil` where it comes to nothing, which means no environment.
    package func evaluateName(in scope: Scope) throws(Diagnostic) -> String? {
        var text: String
        if let whole {
            let value = try whole.evaluate(in: scope)
            let name = value.objectValue == nil ? value : value["name"]
            text = try Templated<String>.literal(name, at: location).evaluate(in: scope)
        } else {
            text = try name.evaluate(in: scope)
        }
        return text.isEmpty ? nil : text
    }
    /// The address that the environment names; `nil` where it names none.
    package func evaluateURL(in scope: Scope) throws(Diagnostic) -> String? {
        guard let whole else { return try url?.evaluate(in: scope) }
        guard let object = try whole.evaluate(in: scope).objectValue, let url = object["url"], !url.isNull
        else {
            return nil
        }
        return try Templated<String>.literal(url, at: location).evaluate(in: scope)
    }
}
