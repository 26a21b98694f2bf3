import Daemon
import YAML

/// `schedules:` of `flowrun.yaml`: `catch-up`, `overlap` and `jitter` for all workflows, and under `workflows` for single
/// ones, by the names of their files.
struct ScheduleSettings {
    fileprivate struct Wish {
        var catchUp: SchedulePolicy.CatchUp?
        var overlap: SchedulePolicy.Overlap?
        var jitter: Int?
    }

    private var all = Wish()
    private var single: [String: Wish] = [:]

    init() {}

    /// - Parameter fault: Makes the error of a message and a place.
    init(_ node: Node, fault: (String, Node) -> CommandEnd) throws {
        guard case .mapping(let entries) = node.content else {
            throw fault("`schedules` is a mapping of catch-up, overlap, jitter and workflows", node)
        }
        for entry in entries {
            guard case .scalar(let key) = entry.key.content else {
                throw fault("a key must be text", entry.key)
            }
            guard key.text == "workflows" else {
                try Self.take(entry, into: &all, fault)
                continue
            }
            guard case .mapping(let workflows) = entry.value.content else {
                throw fault("`workflows` is a mapping of file names to settings", entry.value)
            }
            for workflow in workflows {
                guard case .scalar(let name) = workflow.key.content,
                    case .mapping(let settings) = workflow.value.content
                else { throw fault("a workflow has catch-up, overlap and jitter", workflow.key) }
                for setting in settings {
                    try Self.take(setting, into: &single[name.text, default: Wish()], fault)
                }
            }
        }
    }

    private static func take(
        _ entry: Node.Entry,
        into wish: inout Wish,
        _ fault: (String, Node) -> CommandEnd
    ) throws {
        guard case .scalar(let key) = entry.key.content, case .scalar(let value) = entry.value.content else {
            throw fault("a setting of schedules takes one value", entry.key)
        }
        func choices(_ all: [String]) -> String { all.joined(separator: ", ") }
        switch key.text {
        case "catch-up":
            wish.catchUp = SchedulePolicy.CatchUp(rawValue: value.text)
            if wish.catchUp == nil {
                let known = choices(SchedulePolicy.CatchUp.allCases.map(\.rawValue))
                throw fault("`catch-up` is one of \(known)", entry.value)
            }
        case "overlap":
            wish.overlap = SchedulePolicy.Overlap(rawValue: value.text)
            if wish.overlap == nil {
                let known = choices(SchedulePolicy.Overlap.allCases.map(\.rawValue))
                throw fault("`overlap` is one of \(known)", entry.value)
            }
        case "jitter":
            wish.jitter = Amount.duration(value.text).map { Int($0) }
            if wish.jitter == nil { throw fault("`jitter` is a time such as 30s or 5m", entry.value) }
        default:
            throw fault("unknown key `\(key.text)`; there is catch-up, overlap, jitter", entry.key)
        }
    }

    mutating func merge(_ other: ScheduleSettings) {
        all.merge(other.all)
        for (name, wish) in other.single { single[name, default: Wish()].merge(wish) }
    }

    /// What is settled for the workflow with this path.
    func policy(of path: String) -> SchedulePolicy {
        var wish = all
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.split(separator: ".").first.map(String.init) ?? name
        for key in [stem, name, path] { if let own = single[key] { wish.merge(own) } }
        var policy = SchedulePolicy()
        policy.catchUp = wish.catchUp ?? policy.catchUp
        policy.overlap = wish.overlap ?? policy.overlap
        policy.jitter = wish.jitter ?? policy.jitter
        return policy
    }
}

extension ScheduleSettings.Wish {
    fileprivate mutating func merge(_ other: Self) {
        catchUp = other.catchUp ?? catchUp
        overlap = other.overlap ?? overlap
        jitter = other.jitter ?? jitter
    }
}
