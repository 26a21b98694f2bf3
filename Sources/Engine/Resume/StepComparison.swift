import YAML

/// Tells whether steps of a job are the same in two texts of a workflow, wherever they stand in them.
struct StepComparison {
    private let old: [String]
    private let new: [String]

    /// - Parameter job: The job's id in both.
    init(job: String, old: String, new: String) throws {
        self.old = try Self.steps(of: job, in: old)
        self.new = try Self.steps(of: job, in: new)
    }

    /// The index of the first step before `limit` that differs, is new or is gone; nil where all are the same.
    func firstChange(before limit: Int) -> Int? {
        (0..<limit).first { index in
            index >= old.count || index >= new.count || old[index] != new[index]
        }
    }

    private static func steps(of job: String, in text: String) throws -> [String] {
        let node = try parse(text, file: "")
        return (node["jobs"]?[job]?["steps"]?.items ?? []).map(canonical)
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
