package import Workflows

/// What is wrong with the inputs that were given to a dispatch.
package struct DispatchInputsError: Error, CustomStringConvertible {
    package enum Fault: Error, Sendable {
        case unknown(name: String, nearest: String?, declared: [String])
        case missing(name: String, kind: WorkflowInput.Kind, options: [String])
        case notBoolean(name: String, text: String)
        case notNumber(name: String, text: String)
        case notOption(name: String, text: String, options: [String], nearest: String?)
    }

    package var faults: [Fault]

    package init(faults: [Fault]) { self.faults = faults }

    /// One line a fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension DispatchInputsError.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name, let nearest?, _):
            "the workflow has no input `\(name)`; did you mean `\(nearest)`?"
        case .unknown(let name, nil, let declared):
            declared.isEmpty
                ? "the workflow has no input `\(name)`: it has none at all"
                : "the workflow has no input `\(name)`; it has \(Self.list(declared, "and"))"
        case .missing(let name, .choice, let options):
            "input `\(name)` is required: give it with `-f \(name)=` and one of \(Self.list(options, "or"))"
        case .missing(let name, let kind, _):
            "input `\(name)` is required: give a \(kind.rawValue) with `-f \(name)=...`"
        case .notBoolean(let name, let text):
            "input `\(name)` is a boolean: `\(text)` is neither `true` nor `false`"
        case .notNumber(let name, let text):
            "input `\(name)` is a number, and `\(text)` is none"
        case .notOption(let name, let text, let options, let nearest):
            "input `\(name)` has no option `\(text)`"
                + (nearest.map { "; did you mean `\($0)`?" } ?? "; it has \(Self.list(options, "and"))")
        }
    }

    private static func list(_ words: [String], _ conjunction: String) -> String {
        let quoted = words.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
