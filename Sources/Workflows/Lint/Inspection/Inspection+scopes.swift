import Expressions
import YAML

extension Inspection {
    /// The index of the list of steps that a place belongs to.
    func list(of scope: ExpressionSite.Scope) -> Int? {
        switch scope {
        case .step(let list, _), .end(let list): list
        case .job, .run, .callOutput: nil
        }
    }

    func jobIndex(of scope: ExpressionSite.Scope) -> Int? {
        switch scope {
        case .job(let index): index
        case .step(let list, _), .end(let list): lists.indices.contains(list) ? lists[list].job : nil
        case .run, .callOutput: nil
        }
    }

    /// The `env` mappings that hold at a place, the nearest first, each with what its own values can see.
    func environments(of scope: ExpressionSite.Scope) -> [(tree: TemplateTree, scope: ExpressionSite.Scope)] {
        var found: [(tree: TemplateTree, scope: ExpressionSite.Scope)] = []
        if case .step(let list, let place) = scope, let env = lists[list].steps[place].env {
            found.append((env.tree, scope))
        }
        if let index = jobIndex(of: scope), case .steps(let job) = jobs[index].kind, let env = job.env {
            found.append((env.tree, .job(index)))
        }
        if let env = workflow?.env { found.append((env.tree, .run)) }
        return found
    }

    /// A script of the file, line by line.
    struct ScriptText {
        var placed: PlacedStep
        var template: Template
        var location: SourceLocation

        var scope: ExpressionSite.Scope { .step(list: placed.list, place: placed.place) }

        /// Each line with its UTF-8 offset in the text, comments left out.
        var lines: [(line: Substring, offset: Int)] {
            let text = template.source
            return text.split(separator: "\n").compactMap { line in
                ShellLine.code(of: line).map {
                    ($0, text.utf8.distance(from: text.startIndex, to: $0.startIndex))
                }
            }
        }

        /// Where a text first stands in a line, for a mark.
        func range(of text: String, in line: Substring, _ offset: Int) -> Range<Int> {
            guard let found = line.firstRange(of: text) else { return offset..<offset + line.utf8.count }
            let start = offset + line.utf8.distance(from: line.startIndex, to: found.lowerBound)
            return start..<start + text.utf8.count
        }
    }

    var scripts: [ScriptText] {
        steps.compactMap { placed in
            guard case .run(let script) = placed.step.action,
                case .scalar(let template, let location) = script.run.tree
            else { return nil }
            return ScriptText(placed: placed, template: template, location: location)
        }
    }

    /// The steps that use an action, with their reference and inputs.
    struct ActionUse {
        var placed: PlacedStep
        var reference: ActionReference
        var with: TemplateTree?
        /// `owner/name`, and the path where there is one, in lower case; nothing for what is no repository.
        var name: String
        var ref: String

        /// The literal text of an input; `nil` where it is absent or holds an expression.
        func literal(_ input: String) -> String? {
            guard case .scalar(let template, _)? = with?.value(named: input),
                case .literal(let value) = template.form
            else { return nil }
            return value.text
        }
    }

    var actionUses: [ActionUse] {
        steps.compactMap { placed in
            guard case .uses(let reference, let with) = placed.step.action else { return nil }
            var use = ActionUse(placed: placed, reference: reference, with: with?.tree, name: "", ref: "")
            if case .repository(let owner, let name, let path, let ref) = reference.form {
                use.name = ([owner, name] + (path.isEmpty ? [] : [path])).joined(separator: "/").lowercased()
                use.ref = ref
            }
            return use
        }
    }

    var events: Set<String> { Set(workflow?.triggers.map(\.event) ?? []) }

    /// Whether strangers can start the workflow with the rights of the repository.
    var isPrivilegedForStrangers: Bool {
        !events.isDisjoint(with: ["pull_request_target", "workflow_run"])
    }

    /// Whether any expression of a list of steps, or of the job around it, reads a secret.
    func readsSecrets(list: Int) -> Bool {
        let job = lists[list].job
        return sites.contains { site in
            let isHere =
                switch site.scope {
                case .step(let other, _), .end(let other): other == list
                case .job(let index): index == job
                case .run: true
                case .callOutput: false
                }
            return isHere && site.expression.readContexts.contains("secrets")
        }
    }
}
