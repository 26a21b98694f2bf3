import Expressions

/// Where a value may come from that is not the author's own.
enum Taint: Equatable {
    /// Anybody may have written it.
    case anybody(Way)
    /// Who calls or dispatches may have written it.
    case caller(Way)
    /// An action gave it of which nothing is known.
    case action(Way)

    /// How a value comes to the place that is looked at.
    struct Way: Equatable {
        /// The name that holds it at first.
        var source = ""
        /// Whether it goes through other names before it is here.
        var isIndirect = false
    }

    var way: Way {
        switch self {
        case .anybody(let way), .caller(let way), .action(let way): way
        }
    }

    /// The worse of two.
    static func worse(_ left: Taint?, _ right: Taint?) -> Taint? {
        if case .anybody? = left { left } else { right ?? left }
    }

    fileprivate func through(_ name: String) -> Taint {
        let longer = way.source.isEmpty ? Way(source: name) : Way(source: way.source, isIndirect: true)
        return switch self {
        case .anybody: .anybody(longer)
        case .caller: .caller(longer)
        case .action: .action(longer)
        }
    }
}

/// Follows values through `env`, `inputs`, `matrix` and outputs back to where they come from.
final class TaintTracer {
    private struct Place: Hashable {
        var name: String
        var scope: ExpressionSite.Scope
    }

    private unowned let inspection: Inspection
    /// What is known already; nothing for what is being looked at, so that a circle ends.
    private var known: [Place: Taint?] = [:]
    /// The lines of scripts by the outputs that they write, of those that were asked for.
    private var writes: [ExpressionSite.Scope: OutputLines] = [:]
    private var depth = 0
    /// Longer ways, and more of them, do not occur but in files that are made to exhaust the stack or the reader.
    private static let deepest = 40
    private static let most = 5000
    private lazy var inputs: [String: WorkflowInput] = {
        let all = ["workflow_dispatch", "workflow_call"].compactMap(inspection.trigger).flatMap(\.inputs)
        return Dictionary(all.map { ($0.name.lowercased(), $0) }) { first, _ in first }
    }()

    init(_ inspection: Inspection) { self.inspection = inspection }

    /// The worst of what can become part of the expression's value.
    func taint(of expression: Expression, in scope: ExpressionSite.Scope) -> Taint? {
        expression.sources.reduce(nil) { worst, source in
            Taint.worse(worst, taint(of: source, in: scope))
        }
    }

    func taint(of reference: Reference, in scope: ExpressionSite.Scope) -> Taint? {
        let place = Place(name: reference.text.lowercased(), scope: scope)
        if let taint = known[place] { return taint }
        known[place] = .some(nil)
        guard depth < Self.deepest, known.count < Self.most else { return nil }
        depth += 1
        defer { depth -= 1 }
        let path = reference.path.map { $0.lowercased() }
        let found: Taint? =
            switch reference.context {
            case "github":
                if path.starts(with: ["event", "inputs"]) {
                    .caller(Taint.Way())
                } else {
                    UntrustedInput.contains(path)
                        ? .anybody(Taint.Way()) : UntrustedInput.isFree(path) ? .caller(Taint.Way()) : nil
                }
            case "inputs": path.first.flatMap(input)
            case "env": reference.path.first.flatMap { variable($0, in: scope) }
            case "matrix": path.first.flatMap { matrix($0, in: scope) }
            case "needs": path.count > 2 ? output(path[2], ofJob: path[0]) : nil
            case "steps": path.count > 2 ? output(path[2], ofStep: path[0], in: scope) : nil
            default: nil
            }
        let taint = found?.through(reference.text)
        known[place] = .some(taint)
        return taint
    }

    /// A text of the file, whose expressions may bring something in.
    func taint(of tree: TemplateTree, in scope: ExpressionSite.Scope) -> Taint? {
        switch tree {
        case .scalar(let template, _):
            template.expression.flatMap { taint(of: $0, in: scope) }
        case .sequence(let items, _):
            items.reduce(nil) { Taint.worse($0, taint(of: $1, in: scope)) }
        case .mapping(let pairs, _):
            pairs.reduce(nil) { Taint.worse($0, taint(of: $1.value, in: scope)) }
        }
    }

    private func input(_ name: String) -> Taint? {
        if case .action = inspection.subject { return .caller(Taint.Way()) }
        guard let input = inputs[name] else { return nil }
        return input.kind == .string ? .caller(Taint.Way()) : nil
    }

    /// A variable of `env`, as the step, its job or the workflow sets it.
    func variable(_ name: String, in scope: ExpressionSite.Scope) -> Taint? {
        for (tree, scope) in inspection.environments(of: scope) {
            if let value = inspection.value(of: tree, named: name) { return taint(of: value, in: scope) }
        }
        return nil
    }

    private func matrix(_ name: String, in scope: ExpressionSite.Scope) -> Taint? {
        guard let index = inspection.jobIndex(of: scope) else { return nil }
        guard let strategy = inspection.jobs[index].strategy else { return nil }
        guard let matrix = strategy.whole ?? strategy.matrix else { return nil }
        guard case .mapping(let pairs, _) = matrix else {
            return taint(of: matrix, in: .job(index))
        }
        return pairs.reduce(nil) { worst, pair in
            guard case .name(let key, _) = pair.key, key.lowercased() == name || key == "include" else {
                return worst
            }
            return Taint.worse(worst, taint(of: pair.value, in: .job(index)))
        }
    }

    private func output(_ name: String, ofJob id: String) -> Taint? {
        guard let index = inspection.jobIndices[id], case .steps(let job) = inspection.jobs[index].kind,
            let outputs = job.outputs?.tree, let value = inspection.value(of: outputs, named: name),
            let list = inspection.listsOfJobs[index]
        else { return nil }
        return taint(of: value, in: .end(list: list))
    }

    /// An output of a step: that of an action which is known to hand on what strangers write, or that of a script which
    /// writes down a variable or an expression of that kind.
    private func output(
        _ name: String,
        ofStep id: String,
        in scope: ExpressionSite.Scope,

    ) -> Taint? {
        guard let list = inspection.list(of: scope),
            let placed = inspection.stepsByID[list][id]
        else { return nil }
        let scope = ExpressionSite.Scope.step(list: list, place: placed.place)
        switch placed.step.action {
        case .uses(let reference, _):
            guard case .repository(let owner, let repository, _, _) = reference.form else { return nil }
            if let tainted = Self.taintedOutputs["\(owner)/\(repository)".lowercased()] {
                return tainted.isEmpty || tainted.contains(name) ? .anybody(Taint.Way()) : nil
            }
            return inspection.known(reference)?.outputs == nil ? .action(Taint.Way()) : nil
        case .run(let script):
            guard case .scalar(let template, _) = script.run.tree else { return nil }
            let lines = writes[scope] ?? OutputLines(template.source)
            writes[scope] = lines
            return lines.writing(name).reduce(nil) { worst, line in
                Taint.worse(worst, taint(ofLine: line, in: scope))
            }
        case .wait, .cancel, .parallel: return nil
        }
    }

    /// A line of a script, with its variables and expressions.
    func taint(ofLine line: Substring, in scope: ExpressionSite.Scope) -> Taint? {
        var worst: Taint?
        for variable in ShellLine.variables(of: line) {
            let taint = self.variable(variable, in: scope)?.through("$\(variable)")
            worst = Taint.worse(worst, taint)
        }
        if line.has("${{"), let template = try? Template(String(line)),
            let expression = template.expression
        {
            worst = Taint.worse(worst, taint(of: expression, in: scope))
        }
        return worst
    }

    /// Actions whose outputs hold names of files or branches, or texts, that strangers choose; which of the outputs, or
    /// none for all.
    private static let taintedOutputs: [String: Set<String>] = [
        "tj-actions/changed-files": [], "tj-actions/branch-names": [],
        "xt0rted/pull-request-comment-branch": ["head_ref"], "peter-evans/find-comment": ["comment-body"],
        "jitterbit/get-changed-files": [], "trilom/file-changes-action": [],
        "potiuk/get-workflow-origin": ["sourceheadbranch"],
    ]
}

extension TemplateTree {
    /// The value of a mapping's entry, whatever the case of its name.
    func value(named name: String) -> TemplateTree? {
        guard case .mapping(let pairs, _) = self else { return nil }
        return pairs.first { pair in
            if case .name(let key, _) = pair.key { key.lowercased() == name.lowercased() } else { false }
        }?.value
    }

    /// The text of a scalar as it is written, expressions and all.
    var sourceText: String? {
        if case .scalar(let template, _) = self { template.source } else { nil }
    }
}
