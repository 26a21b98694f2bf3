import Expressions
import YAML

extension Decoder {
    /// The `services` of a job.
    func services(_ node: Node, _ title: String) -> TemplateTree? {
        if isExpression(node) { return tree(node, allowing: .row) }
        guard node.entries != nil else {
            reportKind(node, title, expected: "a mapping")
            return nil
        }
        return mapping(node, allowing: .row) { name, value in
            self.container(value, "the service '\(name)'", isService: true)
        }
    }

    /// A container: its image, or a mapping.
    func container(_ node: Node, _ title: String, isService: Bool) -> TemplateTree? {
        guard node.entries != nil else {
            guard let image = textTemplate(node, title, allowing: .row) else { return nil }
            if isService || image.literalText == Self.scheme { checkImage(image, at: node, title) }
            return image.tree
        }
        var keys = ["image", "options", "env", "ports", "volumes", "credentials"]
        if isService { keys += ["entrypoint", "command"] }
        guard let fields = fields(node, of: title, known: keys, allowing: .row) else { return nil }
        if let node = fields["image"] {
            if let image = textTemplate(node, fields.title("image"), allowing: .row),
                isService || image.literalText == Self.scheme
            {
                checkImage(image, at: node, title)
            }
        } else if isService, fields.expressionKeys.isEmpty {
            report(node, "image", "\(title) has no 'image'")
        }
        return mapping(node, allowing: .row) { name, value in
            guard fields[name] != nil else { return self.tree(value, allowing: .row) }
            return self.containerField(name, value, fields.title(name))
        }
    }

    private static let scheme = "docker://"

    private func checkImage(_ image: Templated<String>, at node: Node, _ title: String) {
        if let text = image.literalText, text.isEmpty || text == Self.scheme {
            report(node, "image", "the image of \(title) must not be empty")
        }
    }

    private func containerField(_ name: String, _ node: Node, _ title: String) -> TemplateTree? {
        switch name {
        case "env": return environment(node, title, allowing: .runner)?.tree
        case "credentials": return credentials(node, title)
        case "ports", "volumes":
            guard isExpression(node) || node.items != nil else {
                reportKind(node, title, expected: "a list")
                return nil
            }
            return textsTree(node, title, allowing: .row)
        default: return textTemplate(node, title, allowing: .row)?.tree
        }
    }

    private func credentials(_ node: Node, _ title: String) -> TemplateTree? {
        if isExpression(node) { return tree(node, allowing: .credentials) }
        let keys = ["username", "password"]
        guard let fields = fields(node, of: title, known: keys, allowing: .credentials) else { return nil }
        return mapping(node, allowing: .credentials) { name, value in
            guard fields[name] != nil else { return self.tree(value, allowing: .credentials) }
            return self.textTemplate(
                value,
                fields.title(name),
                allowing: .credentials,
                isEmptyAllowed: false
            )?.tree
        }
    }
}
