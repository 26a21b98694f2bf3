import YAML

/// Tells whether steps of a job are the same in two texts of a workflow, wherever they stand in them.
struct StepComparison {
    private let old: [Node]
    private let new: [Node]

    /// - Parameter job: The job's id in both.
    init(job: String, old: String, new: String) throws {
        self.old = try Self.steps(of: job, in: old)
        self.new = try Self.steps(of: job, in: new)
    }

    /// Whether a step, or a part of a `parallel` block, is in both and is the same.
    func isSame(_ index: Int, part: Int?) -> Bool {
        guard let before = Self.step(index, part, of: old), let now = Self.step(index, part, of: new) else {
            return false
        }
        return Self.canonical(before) == Self.canonical(now)
    }

    private static func step(_ index: Int, _ part: Int?, of steps: [Node]) -> Node? {
        guard steps.indices.contains(index) else { return nil }
        guard let part else { return steps[index] }
        let parts = steps[index]["parallel"]?.items ?? []
        return parts.indices.contains(part) ? parts[part] : nil
    }

    private static func steps(of job: String, in text: String) throws -> [Node] {
        let node = try parse(text, file: "")
        return node["jobs"]?[job]?["steps"]?.items ?? []
    }

    /// What a node says, without where and how it is written.
    private static func canonical(_ node: Node) -> String {
        switch node.content {
        case .scalar(let scalar): "\(scalar.text.utf8.count):\(scalar.text)"
        case .sequence(let items): "[" + items.map(canonical).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{"
                + entries.map { canonical($0.key) + "=" + canonical($0.value) }.sorted().joined(
                    separator: ","
                )
                + "}"
        }
    }
}
