import Expressions
import YAML

extension Decoder {
    /// What an `action.yml` says.
    func manifest(_ root: Node) -> ActionManifest? {
        let keys = ["name", "author", "description", "inputs", "outputs", "runs", "branding"]
        guard let fields = looseFields(root, of: "the action", known: keys) else { return nil }
        let name = fields["name"].flatMap { text($0, fields.title("name"), isEmptyAllowed: true) }
        if name?.isEmpty ?? true, fields["name"] == nil || name != nil {
            report(fields["name"] ?? root, "missing-key", "the action has no 'name'", severity: .warning)
        }
        let description = fields["description"].flatMap {
            text($0, fields.title("description"), isEmptyAllowed: true)
        }
        let inputs = fields["inputs"].flatMap { named($0, fields.title("inputs"), input) } ?? []
        let runs = required("runs", in: fields).flatMap(runs)
        let isComposite = if case .composite? = runs { true } else { false }
        let outputs =
            fields["outputs"].flatMap { node in
                named(node, fields.title("outputs")) {
                    self.output($0, key: $1, $2, isComposite: isComposite)
                }
            } ?? []
        return runs.map {
            ActionManifest(
                path: file,
                name: name,
                description: description,
                inputs: inputs,
                outputs: outputs,
                runs: $0
            )
        }
    }

    /// The entries of a mapping of names, each decoded as told; nothing at all is an empty mapping.
    private func named<T>(_ node: Node, _ title: String, _ decode: (String, Node, Node) -> T?) -> [T]? {
        if isNothing(node) { return [] }
        return fields(node, of: title, known: [], isLoose: true)?.entries.compactMap {
            decode($0.name, $0.key, $0.value)
        }
    }

    private func input(_ name: String, key: Node, _ node: Node) -> ActionInput? {
        var input = ActionInput(name: name, location: key.location)
        if isNothing(node) { return input }
        guard let fields = fields(node, of: "the input '\(name)'", known: [], isLoose: true) else {
            return nil
        }
        // Many write 'true' in quotes here, and nobody minds.
        input.isRequired = fields["required"]?.scalar?.text.lowercased() == "true"
        input.defaultValue = fields["default"].flatMap {
            textTemplate($0, fields.title("default"), allowing: .actionInputDefault)
        }
        input.deprecationMessage = fields["deprecationMessage"].flatMap {
            text($0, fields.title("deprecationMessage"), isEmptyAllowed: true)
        }
        return input
    }

    private func output(_ name: String, key: Node, _ node: Node, isComposite: Bool) -> ActionOutput? {
        var output = ActionOutput(name: name, location: key.location)
        if isNothing(node) { return output }
        guard let fields = looseFields(node, of: "the output '\(name)'", known: ["description", "value"])
        else {
            return nil
        }
        if isComposite {
            output.value = fields["value"].flatMap {
                textTemplate($0, fields.title("value"), allowing: .actionOutput)
            }
        }
        return output
    }

    private static let javaScript = ["node12", "node16", "node20", "node24"]

    private func runs(_ node: Node) -> ActionManifest.Runs? {
        guard node.entries != nil else {
            reportKind(node, "'runs' of the action", expected: "a mapping")
            return nil
        }
        guard let usingNode = node["using"] else {
            report(node, "missing-key", "'runs' of the action has no 'using', which it must have")
            return nil
        }
        guard let using = text(usingNode, "'using' in 'runs'") else { return nil }
        switch using.lowercased() {
        case "composite": return composite(node)
        case "docker": return containerAction(node)
        case let name where Self.javaScript.contains(name): return javaScript(node, using: name)
        default:
            let known = ["composite", "docker"] + Self.javaScript
            reportUnknown(using, at: usingNode, "value of 'using'", among: known, code: "unknown-using")
            return nil
        }
    }

    private func composite(_ node: Node) -> ActionManifest.Runs? {
        guard let fields = fields(node, of: "'runs' of a composite action", known: ["using", "steps"]),
            let node = required("steps", in: fields)
        else { return nil }
        return steps(node, of: "the action", kind: .composite).map(ActionManifest.Runs.composite)
    }

    private func javaScript(_ node: Node, using: String) -> ActionManifest.Runs? {
        let keys = ["using", "main", "pre", "pre-if", "post", "post-if"]
        guard let fields = fields(node, of: "'runs' of a JavaScript action", known: keys) else { return nil }
        func path(_ name: String) -> String? { fields[name].flatMap { text($0, fields.title(name)) } }
        func check(_ name: String) -> Condition? {
            fields[name].flatMap {
                condition($0, fields.title(name), allowing: .actionCondition, addingSuccess: false)
            }
        }
        let (pre, post) = (path("pre"), path("post"))
        let (preIf, postIf) = (check("pre-if"), check("post-if"))
        guard let node = required("main", in: fields), let main = text(node, fields.title("main")) else {
            return nil
        }
        return .javascript(using: using, main: main, pre: pre, preIf: preIf, post: post, postIf: postIf)
    }

    private func containerAction(_ node: Node) -> ActionManifest.Runs? {
        let keys = [
            "using", "image", "entrypoint", "args", "env", "pre-entrypoint", "pre-if", "post-entrypoint",
            "post-if",
        ]
        guard let fields = fields(node, of: "'runs' of a container action", known: keys) else { return nil }
        for name in ["entrypoint", "pre-entrypoint", "post-entrypoint"] {
            if let node = fields[name] { _ = text(node, fields.title(name)) }
        }
        for name in ["pre-if", "post-if"] {
            _ = condition(fields[name], fields.title(name), allowing: .actionCondition, addingSuccess: false)
        }
        if let node = required("image", in: fields) { _ = text(node, fields.title("image")) }
        if let node = fields["args"], node.items == nil {
            reportKind(node, fields.title("args"), expected: "a list")
        }
        let tree = mapping(node, allowing: .containerAction) { name, value in
            switch name {
            case "env": return self.environment(value, fields.title(name), allowing: .containerAction)?.tree
            case "args":
                guard value.items != nil else { return nil }
                return self.tree(value, allowing: .containerAction)
            // The rest is literal, and conditions may do without braces.
            default: return .scalar(Template(literal: .string(value.scalar?.text ?? "")), value.location)
            }
        }
        return tree.map(ActionManifest.Runs.container)
    }
}
