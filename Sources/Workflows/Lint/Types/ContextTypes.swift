import Expressions

/// The types of the contexts at each place of a file.
struct ContextTypes {
    private let inspection: Inspection
    /// By the index of the job.
    private var ofJobs: [[String: ValueType]] = []
    /// By the index of the list of steps: the contexts of a step, `steps` with all of the list.
    private var ofLists: [[String: ValueType]] = []
    private var ofRun: [String: ValueType] = [:]
    private var ofCallOutputs: [String: ValueType] = [:]

    init(_ inspection: Inspection) {
        self.inspection = inspection
        ofRun = [
            "github": .object(githubType), "vars": .texts, "secrets": .texts, "env": .texts,
            "inputs": inputsType,
        ]
        let needs = inspection.jobs.map { ValueType.need(outputs: outputs(of: $0)) }
        ofCallOutputs = ofRun
        ofCallOutputs["jobs"] = .object(Self.object(of: inspection.jobs.map(\.id), needs))
        for job in inspection.jobs {
            var types = ofRun
            types["needs"] = needsType(of: job, all: needs)
            types["matrix"] =
                job.strategy?.matrixType ?? .object(ObjectType(explanation: "job `\(job.id)` has no matrix"))
            types["strategy"] = .strategy
            ofJobs.append(types)
        }
        for list in inspection.lists {
            var types = list.job.map { ofJobs[$0] } ?? ofRun
            types["steps"] = stepsType(of: list)
            types["runner"] = .runner
            types["job"] = list.job.map(jobType) ?? .job(services: nil)
            ofLists.append(types)
        }
    }

    subscript(scope: ExpressionSite.Scope) -> [String: ValueType] {
        switch scope {
        case .run: ofRun
        case .callOutput: ofCallOutputs
        case .hook: ofRun.merging(Self.ofHooks) { $1 }
        case .job(let index): ofJobs[index].merging(["job": .any, "steps": .any]) { first, _ in first }
        case .step(let list, _), .end(let list): ofLists.indices.contains(list) ? ofLists[list] : ofRun
        }
    }

    private static let ofHooks: [String: ValueType] = [
        "runner": .runner, "job": .job(services: nil), "strategy": .strategy, "matrix": .any,
    ]

    private static func object(of names: [String], _ types: [ValueType]) -> ObjectType {
        var object = ObjectType()
        for (name, type) in zip(names, types) { object[name] = type }
        return object
    }

    private var githubType: ObjectType {
        var type = ValueType.github
        let events = Set(inspection.workflow?.triggers.map(\.event) ?? [])
        if !events.contains("workflow_call"), let dispatch = inspection.trigger("workflow_dispatch") {
            var inputs = ObjectType()
            for input in dispatch.inputs { inputs[input.name] = .string }
            var event = ObjectType(others: .any)
            event["inputs"] = .object(inputs)
            type["event"] = .object(event)
        }
        return type
    }

    private var inputsType: ValueType {
        if case .action(let action) = inspection.subject {
            return .object(Self.object(of: action.inputs.map(\.name), action.inputs.map { _ in .string }))
        }
        var type = ObjectType()
        let triggers = ["workflow_dispatch", "workflow_call"].compactMap(inspection.trigger)
        if triggers.isEmpty {
            type.explanation = "only `workflow_dispatch` and `workflow_call` have inputs"
        }
        for input in triggers.flatMap(\.inputs) {
            let known = type[input.name]
            type[input.name] = known.map { $0.union(input.kind.type) } ?? input.kind.type
        }
        return .object(type)
    }

    private func needsType(of job: Job, all: [ValueType]) -> ValueType {
        var type = ObjectType(explanation: "only jobs that `needs` names are known here")
        for need in job.needs {
            guard let index = inspection.jobIndices[need.value.lowercased()] else { continue }
            type[need.value] = all[index]
        }
        return .object(type)
    }

    /// The outputs that a job declares, or the workflow that it calls.
    private func outputs(of job: Job) -> ValueType {
        switch job.kind {
        case .steps(let steps):
            guard let tree = steps.outputs?.tree else {
                return .object(ObjectType(explanation: "job `\(job.id)` has no `outputs`"))
            }
            guard let names = tree.names else { return .texts }
            return .object(Self.object(of: names, names.map { _ in .string }))
        case .call(let call):
            guard case .found(let reading) = inspection.called(call.uses.value),
                let trigger = reading.value?.callTrigger
            else { return .texts }
            let names = trigger.outputs.map(\.name)
            return .object(Self.object(of: names, names.map { _ in .string }))
        }
    }

    private func jobType(_ index: Int) -> ValueType {
        guard case .steps(let job) = inspection.jobs[index].kind else { return .any }
        guard let services = job.services else { return .job(services: []) }
        return .job(services: services.names)
    }

    private func stepsType(of list: StepList) -> ValueType {
        var type = ObjectType()
        for step in list.steps {
            let inner = if case .parallel(let inner) = step.action { inner } else { [Step]() }
            for step in [step] + inner where step.hasExplicitID {
                type[step.id] = .step(outputs: outputs(of: step))
            }
        }
        if type.names.isEmpty { type.explanation = "no step here has an `id`" }
        return .object(type)
    }

    private func outputs(of step: Step) -> ValueType {
        guard case .uses(let reference, _) = step.action else { return .texts }
        switch reference.form {
        case .local(let path), .sameRepository(let path):
            guard let names = inspection.actions(path)?.value?.outputs.map(\.name) else { return .texts }
            return .object(Self.object(of: names, names.map { _ in .string }))
        case .repository:
            guard let known = inspection.known(reference), let outputs = known.outputs else { return .texts }
            return .object(Self.object(of: outputs, outputs.map { _ in .string }))
        case .image: return .texts
        }
    }
}

extension TemplateTree {
    /// The names of a mapping; `nil` where they are not all written down.
    var names: [String]? {
        guard case .mapping(let pairs, _) = self else { return nil }
        var names: [String] = []
        for pair in pairs {
            guard case .name(let name, _) = pair.key else { return nil }
            names.append(name)
        }
        return names
    }
}

extension WorkflowInput.Kind {
    fileprivate var type: ValueType {
        switch self {
        case .boolean: .boolean
        case .number: .number
        case .string, .choice, .environment: .string
        }
    }
}
