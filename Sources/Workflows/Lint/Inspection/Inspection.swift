import Expressions
import YAML

/// A file, or what could be read of it, as rules look at it.
final class Inspection {
    enum Subject {
        case workflow(Workflow)
        case action(ActionManifest)
    }

    let file: String
    /// Whether notes are asked for; what they would say is not worked out where they are not.
    let notes: Bool
    let subject: Subject
    let called: CalledWorkflows.Finder
    let actions: ActionFinder
    let lists: [StepList]
    /// Every step, those inside `parallel` too, in the order of the file.
    let steps: [PlacedStep]
    private(set) lazy var sites: [ExpressionSite] = SiteWalk.sites(of: self)
    private(set) lazy var scripts: [ScriptText] = steps.compactMap { ScriptText($0) }
    private(set) lazy var actionUses: [ActionUse] = steps.compactMap { ActionUse($0) }
    private lazy var scriptsOfLists = Dictionary(grouping: scripts) { $0.placed.list }
    private lazy var usesOfLists = Dictionary(grouping: actionUses) { $0.placed.list }
    private lazy var listsWithSecrets: Set<Int> = secretLists
    /// For each list of steps, the step of each id, in lower case.
    private(set) lazy var stepsByID: [[String: PlacedStep]] = {
        var found = lists.map { _ in [String: PlacedStep]() }
        for step in steps where step.step.hasExplicitID { found[step.list][step.step.id.lowercased()] = step }
        return found
    }()
    /// The index of each job by its id, in lower case.
    private(set) lazy var jobIndices = Dictionary(
        jobs.enumerated().map { ($1.id.lowercased(), $0) }
    ) { first, _ in first }
    /// The list of steps of each job that has one, by the job's index.
    private(set) lazy var listsOfJobs: [Int: Int] = {
        var found: [Int: Int] = [:]
        for (index, list) in lists.enumerated() { if let job = list.job { found[job] = index } }
        return found
    }()
    private(set) lazy var tracer = TaintTracer(self)
    private var entries: [SourceLocation: [String: TemplateTree]] = [:]
    private let root: Node
    private var knownActions: [String: KnownAction?] = [:]
    private var scalarPlaces: [SourceLocation: ScalarPlaces] = [:]
    private lazy var scalars = ScalarIndex(root)

    init(
        file: String,
        notes: Bool,
        root: Node,
        subject: Subject,
        called: @escaping CalledWorkflows.Finder,
        actions: @escaping ActionFinder
    ) {
        self.file = file
        self.notes = notes
        self.root = root
        self.subject = subject
        self.called = called
        self.actions = actions
        switch subject {
        case .workflow(let workflow):
            lists = workflow.jobs.enumerated().compactMap { index, job in
                if case .steps(let job) = job.kind { StepList(job: index, steps: job.steps) } else { nil }
            }
        case .action(let action):
            lists =
                if case .composite(let steps) = action.runs { [StepList(job: nil, steps: steps)] } else { [] }
        }
        steps = lists.enumerated().flatMap { index, list in
            list.steps.enumerated().flatMap { place, step -> [PlacedStep] in
                let inner = if case .parallel(let inner) = step.action { inner } else { [Step]() }
                return ([step] + inner).map { PlacedStep(step: $0, list: index, place: place) }
            }
        }
    }

    var workflow: Workflow? {
        if case .workflow(let workflow) = subject { workflow } else { nil }
    }

    var jobs: [Job] { workflow?.jobs ?? [] }

    /// The scripts of a list of steps, in their order.
    func scripts(list: Int) -> [ScriptText] { scriptsOfLists[list] ?? [] }

    /// The actions that a list of steps uses, in their order.
    func actionUses(list: Int) -> [ActionUse] { usesOfLists[list] ?? [] }

    /// Whether any expression of a list of steps, or of the job or workflow around it, reads a secret.
    func readsSecrets(list: Int) -> Bool { listsWithSecrets.contains(list) }

    private var secretLists: Set<Int> {
        var found: Set<Int> = []
        for site in sites where site.expression.readContexts.contains("secrets") {
            switch site.scope {
            case .step(let list, _), .end(let list): found.insert(list)
            case .job(let index): if let list = listsOfJobs[index] { found.insert(list) }
            case .run: return Set(lists.indices)
            case .callOutput, .hook: break
            }
        }
        return found
    }

    /// The job that a step belongs to; `nil` in an action.
    func job(of step: PlacedStep) -> Job? { lists[step.list].job.map { jobs[$0] } }

    /// The value of an entry of a mapping, whatever the case of its name.
    func value(of tree: TemplateTree, named name: String) -> TemplateTree? {
        guard case .mapping(let pairs, let location) = tree else { return nil }
        if entries[location] == nil {
            var values: [String: TemplateTree] = [:]
            for pair in pairs {
                if case .name(let key, _) = pair.key { values[key.lowercased()] = pair.value }
            }
            entries[location] = values
        }
        return entries[location]?[name.lowercased()]
    }

    /// What is known of a published action.
    func known(_ reference: ActionReference) -> KnownAction? {
        if let known = knownActions[reference.text] { return known }
        let known = KnownAction.named(reference)
        knownActions[reference.text] = .some(known)
        return known
    }

    func trigger(_ event: String) -> Trigger? { workflow?.triggers.first { $0.event == event } }

    /// A warning of a scalar, or of the part of its text that has this UTF-8 range.
    func finding(
        _ code: String,
        at location: SourceLocation,
        range: Range<Int>? = nil,
        _ message: String,
        hint: String? = nil,
        severity: Diagnostic.Severity = .warning,
        fix: Fix? = nil
    ) -> Diagnostic {
        let isWanted = severity != .note || notes
        let place = (isWanted ? place(of: range, at: location) : nil) ?? (location: location, length: 1)
        return Diagnostic(
            severity: severity,
            location: place.location,
            length: place.length,
            code: code,
            message: message,
            hint: hint,
            fix: fix
        )
    }

    /// The place of a part of the scalar that begins at a location.
    func place(of range: Range<Int>?, at location: SourceLocation) -> (location: SourceLocation, length: Int)?
    {
        if let places = scalarPlaces[location] { return places.location(of: range) }
        guard let node = scalars[location] else { return nil }
        let places = ScalarPlaces(node)
        scalarPlaces[location] = places
        return places.location(of: range)
    }

    /// The scalar that begins at a place.
    func scalar(at location: SourceLocation) -> Node? { scalars[location] }

    /// The mapping that begins at a place, if it is written in lines of its own and not in braces.
    func blockMapping(at location: SourceLocation) -> Node? {
        guard let mapping = scalars.mapping(at: location), mapping.entries?.first?.key.location == location
        else { return nil }
        return mapping
    }

    /// The value at a path of keys from the root.
    func node(_ path: String...) -> Node? {
        path.reduce(Optional(root)) { $0?[$1] }
    }
}

/// The scalars of a file by their place.
private struct ScalarIndex {
    private struct Place: Hashable {
        var line: Int
        var column: Int
    }

    private var nodes: [Place: Node] = [:]
    private var mappings: [Place: Node] = [:]

    init(_ root: Node) { add(root) }

    subscript(location: SourceLocation) -> Node? {
        nodes[Place(line: location.line, column: location.column)]
    }

    func mapping(at location: SourceLocation) -> Node? {
        mappings[Place(line: location.line, column: location.column)]
    }

    private mutating func add(_ node: Node) {
        switch node.content {
        case .scalar: nodes[Place(line: node.location.line, column: node.location.column)] = node
        case .sequence(let items): for item in items { add(item) }
        case .mapping(let entries):
            mappings[Place(line: node.location.line, column: node.location.column)] = node
            for entry in entries {
                add(entry.key)
                add(entry.value)
            }
        }
    }
}
