import Expressions
import YAML

extension Decoder {
    /// The `runs-on` of a job.
    func runsOn(_ node: Node, _ title: String) -> RunsOn? {
        guard node.entries != nil else {
            guard let labels = textsTree(node, title, allowing: .row) else { return nil }
            return RunsOn(
                labels: Templated(labels),
                location: node.location,
                whole: isExpression(node) ? labels : nil
            )
        }
        guard let fields = fields(node, of: title, known: ["group", "labels"], allowing: .row) else {
            return nil
        }
        var runsOn = RunsOn(location: node.location)
        if let node = fields["group"] {
            runsOn.group = textTemplate(node, fields.title("group"), allowing: .row, isEmptyAllowed: false)
            if let name = runsOn.group?.literalText { checkGroup(name, at: node) }
        }
        runsOn.labels = fields["labels"].flatMap { node in
            textsTree(node, fields.title("labels"), allowing: .row).map { Templated($0) }
        }
        if !fields.expressionKeys.isEmpty { runsOn.whole = tree(node, allowing: .row) }
        return runsOn
    }

    private func checkGroup(_ name: String, at node: Node) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return }
        let prefixes = ["org", "organization", "ent", "enterprise"]
        guard parts.count == 2, prefixes.contains(String(parts[0])), !parts[1].isEmpty else {
            report(
                node,
                "runner-group",
                "'\(name)' is no name of a runner group",
                hint: "before the slash goes 'org' or 'enterprise', after it the name"
            )
            return
        }
    }

    /// The `environment` of a job.
    func deployment(_ node: Node, _ title: String) -> DeploymentEnvironment? {
        guard node.entries != nil else {
            return textTemplate(node, title, allowing: .row).map {
                DeploymentEnvironment(
                    name: $0,
                    location: node.location,
                    whole: isExpression(node) ? $0.tree : nil
                )
            }
        }
        let keys = ["name", "url", "deployment"]
        guard let fields = fields(node, of: title, known: keys, allowing: .row) else { return nil }
        let name = required("name", in: fields).flatMap {
            textTemplate($0, fields.title("name"), allowing: .row)
        }
        let url = fields["url"].flatMap { textTemplate($0, fields.title("url"), allowing: .environmentURL) }
        let deployment = fields["deployment"].flatMap {
            booleanTemplate($0, fields.title("deployment"), allowing: .row)
        }
        let whole = fields.expressionKeys.isEmpty ? nil : tree(node, allowing: .environmentURL)
        guard let name = name ?? whole.map({ _ in .literal("", at: node.location) }) else { return nil }
        return DeploymentEnvironment(
            name: name,
            url: url,
            deployment: deployment,
            location: node.location,
            whole: whole
        )
    }

    /// The `snapshot` of a job.
    func snapshot(_ node: Node, _ title: String) -> TemplateTree? {
        guard node.entries != nil else {
            return textTemplate(node, title, allowing: .row, isEmptyAllowed: false)?.tree
        }
        guard let fields = fields(node, of: title, known: ["image-name", "if", "version"], allowing: .row)
        else {
            return nil
        }
        if let node = required("image-name", in: fields) {
            _ = textTemplate(node, fields.title("image-name"), allowing: .row, isEmptyAllowed: false)
        }
        _ = condition(fields["if"], fields.title("if"), allowing: .stepCondition)
        if let node = fields["version"],
            let version = textTemplate(node, fields.title("version"), allowing: .row, isEmptyAllowed: false)?
                .literalText
        {
            let parts = version.split(separator: ".", omittingEmptySubsequences: false)
            if parts.count != 2 || parts[1] != "*" || UInt32(parts[0]) == nil {
                report(node, "snapshot-version", "the version '\(version)' must have the form '1.*'")
            }
        }
        return mapping(node, allowing: .row) { name, value in
            // A condition may be an expression without braces, so it is kept as it is written.
            guard name == "if" else { return self.tree(value, allowing: .row) }
            return .scalar(Template(literal: .string(value.scalar?.text ?? "")), value.location)
        }
    }
}
