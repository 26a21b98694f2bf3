import Expressions
import YAML

/// A file, or what could be read of it, as rules look at it.
final class Inspection {
    enum Subject {
        case workflow(Workflow)
        case action(ActionManifest)
    }

    let file: String
    let subject: Subject
    let called: CalledWorkflows.Finder
    let actions: ActionFinder
    let lists: [StepList]
    /// Every step, those inside `parallel` too, in the order of the file.
    let steps: [PlacedStep]
    private(set) lazy var sites: [ExpressionSite] = SiteWalk.sites(of: self)
    /// For each list of steps, the place of each id, in lower case.
    private(set) lazy var stepPlaces: [[String: Int]] = {
        var places = lists.map { _ in [String: Int]() }
        for step in steps where step.step.hasExplicitID {
            places[step.list][step.step.id.lowercased()] = step.place
        }
        return places
    }()
    private let root: Node
    private lazy var scalars = ScalarIndex(root)

    init(
        file: String,
        root: Node,
        subject: Subject,
        called: @escaping CalledWorkflows.Finder,
        actions: @escaping ActionFinder
    ) {
        self.file = file
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

    /// The job that a step belongs to; `nil` in an action.
    func job(of step: PlacedStep) -> Job? { lists[step.list].job.map { jobs[$0] } }

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
        let place = scalars[location]?.location(of: range) ?? (location: location, length: 1)
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

    /// The scalar that begins at a place.
    func scalar(at location: SourceLocation) -> Node? { scalars[location] }

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

    init(_ root: Node) { add(root) }

    subscript(location: SourceLocation) -> Node? {
        nodes[Place(line: location.line, column: location.column)]
    }

    private mutating func add(_ node: Node) {
        switch node.content {
        case .scalar: nodes[Place(line: node.location.line, column: node.location.column)] = node
        case .sequence(let items): for item in items { add(item) }
        case .mapping(let entries):
            for entry in entries {
                add(entry.key)
                add(entry.value)
            }
        }
    }
}
