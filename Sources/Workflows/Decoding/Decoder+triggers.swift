import Expressions
import YAML

extension Decoder {
    /// `on:` in all its forms: one event, a list of them, or a mapping with what each is filtered by.
    func triggers(_ node: Node) -> [Trigger] {
        switch node.content {
        case .scalar:
            guard let name = text(node, "'on'") else { return [] }
            return [event(name, at: node).map { Trigger(event: $0.name, location: node.location) }]
                .compactMap(\.self)
        case .sequence(let items):
            if items.isEmpty { report(node, "empty-value", "'on' names no event") }
            return items.compactMap { item in
                guard let name = text(item, "an event of 'on'"), let event = event(name, at: item) else {
                    return nil
                }
                return Trigger(event: event.name, location: item.location)
            }
        case .mapping:
            guard let fields = fields(node, of: "'on'", known: [], isLoose: true) else { return [] }
            if node.entries?.isEmpty == true {
                report(node, "empty-value", "'on' names no event")
            }
            return fields.entries.compactMap { entry in
                event(entry.name, at: entry.key).flatMap { trigger($0, key: entry.key, value: entry.value) }
            }
        }
    }

    private func event(_ name: String, at node: Node) -> KnownEvent? {
        if let event = KnownEvent.named(name) { return event }
        report(
            node,
            "unknown-event",
            "unknown event '\(name)'",
            hint: hint(for: name, among: KnownEvent.names),
            fix: fix(of: name, at: node, among: KnownEvent.names)
        )
        return nil
    }

    private func trigger(_ event: KnownEvent, key: Node, value: Node) -> Trigger? {
        var trigger = Trigger(event: event.name, location: key.location)
        let subject = "the event '\(event.name)'"
        if case .schedule = event.form {
            trigger.schedules = schedules(value)
            return trigger
        }
        if case .null? = value.scalar?.value { return trigger }
        switch event.form {
        case .bare:
            report(value, "wrong-type", "\(subject) has no filters, so its value must be nothing")
        case .filtered: filters(value, of: event, subject: subject, into: &trigger)
        case .dispatch: dispatch(value, subject: subject, into: &trigger)
        case .call: call(value, subject: subject, into: &trigger)
        case .schedule: break
        }
        if event.name == "workflow_run", trigger.workflows.isEmpty {
            report(
                key,
                "no-workflows",
                "'workflow_run' names no workflows, so it never fires",
                severity: .warning
            )
        }
        return trigger
    }

    private func filters(_ node: Node, of event: KnownEvent, subject: String, into trigger: inout Trigger) {
        var keys = event.others
        if event.types != nil { keys.append("types") }
        for filter in event.filters { keys += [filter.rawValue, "\(filter.rawValue)-ignore"] }
        let filters = ["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"]
        let elsewhere = { (key: String) in filters.contains(key) ? "is no filter of \(subject)" : nil }
        guard let fields = fields(node, of: subject, known: keys, elsewhere: elsewhere) else { return }
        if let node = fields["types"], !isNothing(node) { trigger.types = types(node, of: event) }
        trigger.branches = pattern(.branches, in: fields)
        trigger.tags = pattern(.tags, in: fields)
        trigger.paths = pattern(.paths, in: fields)
        trigger.workflows = strings("workflows", in: fields)
        trigger.names = strings("names", in: fields)
        trigger.versions = strings("versions", in: fields)
    }

    private func strings(_ name: String, in fields: Fields) -> [String] {
        guard let node = fields[name], !isNothing(node) else { return [] }
        return texts(node, fields.title(name))?.map(\.value) ?? []
    }

    private func types(_ node: Node, of event: KnownEvent) -> [String]? {
        let title = "'types' of the event '\(event.name)'"
        let nodes = node.items ?? [node]
        return nodes.compactMap { item in
            guard let type = text(item, title) else { return nil }
            if !event.hasAnyType, let types = event.types, !types.contains(type) {
                let what = "activity type of the event '\(event.name)'"
                reportUnknown(type, at: item, what, among: types, code: "activity-type")
                return nil
            }
            return type
        }
    }

    private func pattern(_ filter: KnownEvent.Filter, in fields: Fields) -> PatternFilter? {
        let (positive, negative) = (filter.rawValue, "\(filter.rawValue)-ignore")
        if fields[positive] != nil, fields[negative] != nil, let place = fields.key(negative) {
            report(
                place,
                "filter-conflict",
                "'\(negative)' cannot stand beside '\(positive)' in \(fields.subject)",
                hint: "a pattern of '\(positive)' that begins with '!' makes an exception"
            )
        }
        for (name, isIgnoring) in [(positive, false), (negative, true)] {
            guard let node = fields[name], !isNothing(node) else { continue }
            return texts(node, fields.title(name)).map { PatternFilter(isIgnoring: isIgnoring, patterns: $0) }
        }
        return nil
    }
}
