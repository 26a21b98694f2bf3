import Expressions

/// What is known of a published action: the names of what it takes and gives, in any of its versions.
struct KnownAction: Sendable {
    var inputs: Set<String> = []
    /// Those that every version asks for.
    var required: [String] = []
    /// `nil` for an action whose outputs depend on its inputs.
    var outputs: [String]? = []

    /// The action that a step uses, if it is a known one.
    static func named(_ reference: ActionReference) -> KnownAction? {
        guard case .repository(let owner, let name, let path, _) = reference.form else { return nil }
        let full = ([owner, name] + (path.isEmpty ? [] : [path])).joined(separator: "/").lowercased()
        return all[full]
    }

    private static let all: [String: KnownAction] = {
        var all: [String: KnownAction] = [:]
        for table in [tableOfGitHub, tableOfClouds, tableOfCommunity] { read(table, into: &all) }
        return all
    }()

    /// Reads a table: the action's name, then lines of its inputs (`!` behind those that it must have) and its outputs
    /// (`*` where these are not known).
    private static func read(_ table: String, into all: inout [String: KnownAction]) {
        var name = ""
        var action = KnownAction()
        for line in table.split(separator: "\n") {
            guard line.hasPrefix(" ") else {
                if !name.isEmpty { all[name] = action }
                (name, action) = (String(line), KnownAction())
                continue
            }
            let words = line.split(separator: " ").map(String.init)
            if words.first == "out" {
                action.outputs = words.contains("*") ? nil : (action.outputs ?? []) + words.dropFirst()
            } else {
                for word in words.dropFirst() {
                    let input = word.hasSuffix("!") ? String(word.dropLast()) : word
                    action.inputs.insert(input)
                    if word != input { action.required.append(input) }
                }
            }
        }
        if !name.isEmpty { all[name] = action }
    }
}
