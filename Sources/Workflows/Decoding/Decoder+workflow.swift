import Expressions
import YAML

extension Decoder {
    func workflow(_ root: Node) -> Workflow? {
        let keys = [
            "name", "description", "run-name", "on", "env", "defaults", "permissions", "concurrency", "jobs",
        ]
        guard let fields = fields(root, of: "the workflow", known: keys) else { return nil }
        var workflow = Workflow(path: file, location: root.location)
        workflow.name = fields["name"].flatMap { text($0, fields.title("name"), isEmptyAllowed: true) }
        if let name = workflow.name, name.isEmpty { workflow.name = nil }
        if let node = fields["description"] {
            _ = text(node, fields.title("description"), isEmptyAllowed: true)
        }
        workflow.runName = fields["run-name"].flatMap {
            textTemplate($0, fields.title("run-name"), allowing: .run)
        }
        workflow.triggers = required("on", in: fields).map(triggers) ?? []
        workflow.env = fields["env"].flatMap { environment($0, fields.title("env"), allowing: .workflowEnv) }
        workflow.defaults =
            fields["defaults"].flatMap { defaults($0, fields.title("defaults"), allowing: nil) }
            ?? RunDefaults()
        workflow.permissions = fields["permissions"].flatMap { permissions($0, fields.title("permissions")) }
        workflow.concurrency = fields["concurrency"].flatMap {
            concurrency($0, fields.title("concurrency"), allowing: .run)
        }
        workflow.jobs = required("jobs", in: fields).map(jobs) ?? []
        return workflow
    }

    /// The `defaults` of a workflow or a job, with expressions only where it is said what they may refer to.
    func defaults(_ node: Node, _ title: String, allowing allowed: Availability?) -> RunDefaults? {
        guard let outer = fields(node, of: title, known: ["run"]), let run = outer["run"] else { return nil }
        if let allowed, isExpression(run) { return defaults(ofExpression: run, allowing: allowed) }
        let keys = ["shell", "working-directory"]
        guard let fields = fields(run, of: "'run' of \(title)", known: keys) else { return nil }
        func value(_ name: String) -> Templated<String>? {
            guard let node = fields[name] else { return nil }
            guard let allowed else {
                return text(node, fields.title(name)).map { .literal($0, at: node.location) }
            }
            return textTemplate(node, fields.title(name), allowing: allowed, isEmptyAllowed: false)
        }
        let defaults = RunDefaults(shell: value("shell"), workingDirectory: value("working-directory"))
        if let node = fields["shell"] { checkShell(defaults.shell, at: node) }
        return defaults
    }

    /// `run: ${{ ... }}`: one expression that gives the mapping.
    private func defaults(ofExpression node: Node, allowing allowed: Availability) -> RunDefaults? {
        guard let scalar = node.scalar, let template = template(scalar, at: node, allowing: allowed),
            let expression = template.expression
        else { return nil }
        func property(_ name: String) -> Templated<String>? {
            guard let part = try? Template("${{ (\(expression.source))['\(name)'] }}", allowing: allowed)
            else {
                return nil
            }
            return Templated(.scalar(part, node.location))
        }
        return RunDefaults(shell: property("shell"), workingDirectory: property("working-directory"))
    }

    /// A shell that is none of the known ones is a command line, which must say where the script goes.
    ///
    /// GitHub takes any, and lets the step fail.
    func checkShell(_ shell: Templated<String>?, at node: Node) {
        guard let text = shell?.literalText, !text.contains("{0}") else { return }
        let known = ["bash", "sh", "pwsh", "powershell", "cmd", "python"]
        guard !known.contains(text.lowercased()), !text.isEmpty else { return }
        let hint =
            hint(for: text, among: known) ?? "a shell of one's own is a command line such as 'perl {0}'"
        report(
            node,
            "shell",
            "the shell '\(text)' is not known and has no '{0}' for the script, so its steps will fail",
            hint: hint,
            severity: .warning
        )
    }

    func permissions(_ node: Node, _ title: String) -> Permissions? {
        if node.scalar != nil {
            guard let word = text(node, title) else { return nil }
            switch word {
            case "read-all": return .readAll
            case "write-all": return .writeAll
            default:
                reportUnknown(
                    word,
                    at: node,
                    "level of \(title)",
                    among: ["read-all", "write-all"],
                    code: "permission"
                )
                return nil
            }
        }
        guard let fields = fields(node, of: title, known: PermissionScope.names) else { return nil }
        var scopes: [String: String] = [:]
        for (scope, _, value) in fields.entries {
            guard let level = text(value, fields.title(scope)) else { continue }
            let levels = PermissionScope.levels[scope] ?? []
            if levels.contains(level) {
                scopes[scope] = level
            } else {
                reportUnknown(
                    level,
                    at: value,
                    "level of the permission '\(scope)'",
                    among: levels,
                    code: "permission"
                )
            }
        }
        return .scopes(scopes)
    }

    func concurrency(_ node: Node, _ title: String, allowing allowed: Availability) -> Concurrency? {
        guard node.entries != nil else {
            guard let group = textTemplate(node, title, allowing: allowed) else { return nil }
            checkGroup(group, at: node)
            return Concurrency(
                location: node.location,
                group: group,
                whole: isExpression(node) ? group.tree : nil
            )
        }
        let keys = ["group", "cancel-in-progress", "queue"]
        guard let fields = fields(node, of: title, known: keys, allowing: allowed) else { return nil }
        let group = required("group", in: fields).flatMap {
            textTemplate($0, fields.title("group"), allowing: allowed, isEmptyAllowed: false)
        }
        if let group, let node = fields["group"] { checkGroup(group, at: node) }
        let cancel = fields["cancel-in-progress"].flatMap {
            booleanTemplate($0, fields.title("cancel-in-progress"), allowing: allowed)
        }
        let queue = fields["queue"].flatMap { self.queue($0, fields.title("queue")) } ?? .single
        if queue == .max, let place = fields["queue"], case .boolean(true)? = cancel?.literalValue {
            report(place, "concurrency", "'queue: max' cannot be combined with 'cancel-in-progress: true'")
        }
        let whole = fields.expressionKeys.isEmpty ? nil : tree(node, allowing: allowed)
        guard let group = group ?? whole.map({ _ in .literal("", at: node.location) }) else { return nil }
        return Concurrency(
            location: node.location,
            group: group,
            cancelInProgress: cancel,
            queue: queue,
            whole: whole
        )
    }

    private func queue(_ node: Node, _ title: String) -> Concurrency.Queue? {
        guard let word = text(node, title) else { return nil }
        guard let queue = Concurrency.Queue(rawValue: word) else {
            reportUnknown(word, at: node, "value of \(title)", among: ["single", "max"], code: "concurrency")
            return nil
        }
        return queue
    }

    private func checkGroup(_ group: Templated<String>, at node: Node) {
        if let text = group.literalText, text.utf16.count > Concurrency.longestGroup {
            report(
                node,
                "concurrency",
                "a concurrency group has at most \(Concurrency.longestGroup) characters; "
                    + "this one has \(text.utf16.count)"
            )
        }
    }
}
