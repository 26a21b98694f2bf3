import Expressions
import YAML

/// Whose steps are decoded: what may stand in them differs.
enum StepsKind {
    case job, composite

    var expressions: Availability { self == .job ? .step : .composite }
    var conditions: Availability { self == .job ? .stepCondition : .compositeCondition }
}

/// What makes a step the kind of step that it is.
enum StepVerb: String, CaseIterable {
    case run, uses, wait, waitAll = "wait-all", cancel, parallel

    func keys(in kind: StepsKind) -> [String] {
        let common = ["name", "id", "continue-on-error"]
        let timed = kind == .job ? ["timeout-minutes", "background"] : []
        switch self {
        case .run: return common + ["if", "env", "run", "shell", "working-directory"] + timed
        case .uses: return common + ["if", "env", "uses", "with"] + timed
        case .wait, .waitAll, .cancel: return common + [rawValue]
        case .parallel: return [rawValue]
        }
    }

    static func all(in kind: StepsKind) -> [StepVerb] { kind == .job ? allCases : [.run, .uses] }
}

extension Decoder {
    /// The steps of a job or of a composite action.
    func steps(_ node: Node, of owner: String, kind: StepsKind) -> [Step]? {
        guard let items = node.items else {
            reportKind(node, "'steps' of \(owner)", expected: "a list")
            return nil
        }
        var ids = Identifiers()
        var background: Set<String> = []
        var steps: [Step?] = []
        for (index, item) in items.enumerated() {
            let subject = "step \(index + 1) of \(owner)"
            steps.append(
                step(item, subject: subject, kind: kind, ids: &ids, background: &background, isInner: false)
            )
        }
        // Those that are named come first, so that a generated id never takes one of theirs.
        return steps.compactMap(\.self).map { step in
            var step = step
            nameAnonymous(&step, in: &ids)
            return step
        }
    }

    private func nameAnonymous(_ step: inout Step, in ids: inout Identifiers) {
        if !step.hasExplicitID { step.id = ids.generate(from: step.action.generatedName) }
        guard case .parallel(var inner) = step.action else { return }
        for index in inner.indices { nameAnonymous(&inner[index], in: &ids) }
        step.action = .parallel(inner)
    }

    /// One step, of a job's or (when it is inner) of a `parallel` step's.
    ///
    /// `background` holds the ids of the background steps before it.
    private func step(
        _ node: Node,
        subject: String,
        kind: StepsKind,
        ids: inout Identifiers,
        background: inout Set<String>,
        isInner: Bool
    ) -> Step? {
        guard let verb = self.verb(node, subject: subject, kind: kind, isInner: isInner) else { return nil }
        var known = verb.keys(in: kind)
        if isInner { known.removeAll { $0 == "background" } }
        let elsewhere = { (key: String) -> String? in
            let isOthers = StepVerb.all(in: kind).contains { $0.keys(in: kind).contains(key) }
            return isOthers ? "cannot stand in \(subject), which has '\(verb.rawValue)'" : nil
        }
        guard let fields = fields(node, of: subject, known: known, elsewhere: elsewhere) else { return nil }

        let id = fields["id"].flatMap { node -> String? in
            guard let id = text(node, fields.title("id")) else { return nil }
            checkIdentifier(id, at: node, of: "step", in: &ids)
            return id
        }
        let name = fields["name"].flatMap {
            textTemplate($0, fields.title("name"), allowing: kind.expressions)
        }
        let condition = self.condition(fields["if"], fields.title("if"), allowing: kind.conditions)
        let env = fields["env"].flatMap { environment($0, fields.title("env"), allowing: kind.expressions) }
        let continueOnError = fields["continue-on-error"].flatMap {
            booleanTemplate($0, fields.title("continue-on-error"), allowing: kind.expressions)
        }
        let timeout = fields["timeout-minutes"].flatMap {
            numberTemplate($0, fields.title("timeout-minutes"), allowing: kind.expressions)
        }
        let isBackground = fields["background"].flatMap { boolean($0, fields.title("background")) } ?? false
        let action = self.action(verb, fields, kind: kind, ids: &ids, background: &background)
        if isBackground, let id { background.insert(id.lowercased()) }
        guard let action else { return nil }
        return Step(
            location: node.location,
            id: id ?? "",
            hasExplicitID: id != nil,
            name: name,
            condition: condition ?? .implicit,
            conditionLocation: fields["if"]?.location,
            env: env,
            continueOnError: continueOnError,
            timeoutMinutes: timeout,
            isBackground: isBackground,
            action: action
        )
    }

    /// The one of a step's keys that says what it does.
    private func verb(_ node: Node, subject: String, kind: StepsKind, isInner: Bool) -> StepVerb? {
        guard let entries = node.entries else {
            reportKind(node, subject, expected: "a mapping")
            return nil
        }
        let allowed = isInner ? [.run, .uses] : StepVerb.all(in: kind)
        let keys = entries.map(\.key)
        let found = keys.filter { key in
            StepVerb(rawValue: key.scalar?.text ?? "").map { allowed.contains($0) || isInner } ?? false
        }
        guard let first = found.first, let verb = StepVerb(rawValue: first.scalar?.text ?? "") else {
            let choices = allowed.map(\.rawValue).listed
            report(node, "step-kind", "\(subject) must have one of \(choices)")
            // A key that is nearly right says more.
            let known = Set(StepVerb.all(in: kind).flatMap { $0.keys(in: kind) })
            for key in keys {
                guard let name = key.scalar?.text, !known.contains(name) else { continue }
                report(
                    key,
                    "unknown-key",
                    "unknown key '\(name)' in \(subject)",
                    hint: hint(for: name, among: known.sorted())
                )
            }
            return nil
        }
        if isInner, !allowed.contains(verb) {
            report(first, "step-kind", "'\(verb.rawValue)' cannot stand inside 'parallel'")
            return nil
        }
        return verb
    }

    private func action(
        _ verb: StepVerb,
        _ fields: Fields,
        kind: StepsKind,
        ids: inout Identifiers,
        background: inout Set<String>
    ) -> Step.Action? {
        guard let node = fields[verb.rawValue] else { return nil }
        let title = fields.title(verb.rawValue)
        switch verb {
        case .run: return script(node, fields, kind: kind).map(Step.Action.run)
        case .uses:
            let with = fields["with"].flatMap {
                environment($0, fields.title("with"), allowing: kind.expressions)
            }
            return actionReference(node, title).map { .uses($0, with: with) }
        case .wait:
            guard let targets = texts(node, title) else { return nil }
            for target in targets { checkTarget(target, verb, background) }
            return .wait(targets)
        case .waitAll:
            if !isNothing(node) {
                guard let value = boolean(node, title) else { return nil }
                if !value { report(node, "wrong-type", "\(title) cannot be false") }
            }
            return .wait([])
        case .cancel:
            guard let target = located(node, title) else { return nil }
            checkTarget(target, verb, background)
            return .cancel(target)
        case .parallel:
            guard let items = node.items else {
                reportKind(node, title, expected: "a list of steps")
                return nil
            }
            var inner: [Step] = []
            for (index, item) in items.enumerated() {
                let subject = "step \(index + 1) of 'parallel' in \(fields.subject)"
                var none: Set<String> = []
                if let step = self.step(
                    item,
                    subject: subject,
                    kind: kind,
                    ids: &ids,
                    background: &none,
                    isInner: true
                ) {
                    inner.append(step)
                }
            }
            return .parallel(inner)
        }
    }

    private func checkTarget(_ target: Located<String>, _ verb: StepVerb, _ background: Set<String>) {
        guard !background.contains(target.value.lowercased()) else { return }
        report(
            Diagnostic(
                location: target.location,
                length: target.value.count,
                code: "wait-target",
                message: "'\(verb.rawValue)' names '\(target.value)', which is no background step before it",
                hint: hint(for: target.value, among: background.sorted())
            )
        )
    }

    private func script(_ node: Node, _ fields: Fields, kind: StepsKind) -> Script? {
        let run = textTemplate(node, fields.title("run"), allowing: kind.expressions)
        if kind == .composite { _ = required("shell", in: fields) }
        let shell = fields["shell"].flatMap {
            textTemplate($0, fields.title("shell"), allowing: kind.expressions, isEmptyAllowed: false)
        }
        if let node = fields["shell"] { checkShell(shell, at: node) }
        let folder = fields["working-directory"].flatMap {
            textTemplate($0, fields.title("working-directory"), allowing: kind.expressions)
        }
        return run.map { Script(run: $0, shell: shell, workingDirectory: folder) }
    }
}

extension Step.Action {
    /// What GitHub makes an id of for a step that has none.
    fileprivate var generatedName: String {
        switch self {
        case .run: "run"
        case .uses(let reference, _):
            switch reference.form {
            case .local: "self"
            case .sameRepository: "selfRepository"
            case .repository(let owner, let name, _, _): "\(owner)/\(name)"
            case .image(let image): image.isEmpty ? "run" : image
            }
        case .wait(let targets): targets.isEmpty ? "wait-all" : "wait"
        case .cancel: "cancel"
        case .parallel: "parallel"
        }
    }
}
