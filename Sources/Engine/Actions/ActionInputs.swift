import Expressions
import Workflows

/// The inputs of one use of an action: what the step gives, declared or not, then the defaults of the others.
///
/// All of them are text, and none is asked for in vain: `required` is not enforced, as on GitHub.
struct ActionInputs {
    private(set) var values: [(name: String, value: String)]
    /// What is odd about them, for annotations.
    private(set) var warnings: [String] = []

    init(
        of manifest: ActionManifest,
        given: [(name: String, value: String)],
        in scope: Scope
    ) throws {
        values = given
        let names = Set(given.map { $0.name.lowercased() })
        for input in manifest.inputs {
            if names.contains(input.name.lowercased()) {
                guard let message = input.deprecationMessage else { continue }
                warnings.append("Input '\(input.name)' has been deprecated with message: \(message)")
            } else {
                values.append((input.name, try input.defaultValue?.evaluate(in: scope) ?? ""))
            }
        }
        let declared = Set(manifest.inputs.map { $0.name.lowercased() })
        let unexpected = given.map(\.name).filter { !declared.contains($0.lowercased()) }
        if !unexpected.isEmpty {
            // In GitHub's words, which give an action without inputs one of no name.
            let known = manifest.inputs.map(\.name).joined(separator: "', '")
            let names = unexpected.joined(separator: "', '")
            warnings.append("Unexpected input(s) '\(names)', valid inputs are ['\(known)']")
        }
    }

    /// The `inputs` context of a composite action.
    var context: Value {
        .object(ObjectValue(values.map { (key: $0.name, value: .string($0.value)) }))
    }

    /// The variables of a JavaScript action: in capitals, with spaces as underscores and nothing else changed.
    var variables: [(name: String, value: String)] {
        values.map { ("INPUT_" + $0.name.replacing(" ", with: "_").uppercased(), $0.value) }
    }
}
