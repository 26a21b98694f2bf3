import YAML

/// `limits:` of `flowrun.yaml`: what one job may have at a time.
struct LimitSettings {
    /// Processes and threads.
    var pids: Int?

    init() {}

    /// - Parameter fault: Makes the error of a message and a place.
    init(_ node: Node, fault: (String, Node) -> CommandEnd) throws {
        guard let entries = node.entries else {
            throw fault("`limits` is a mapping of pids to a number", node)
        }
        for entry in entries {
            guard let key = entry.key.scalar?.text, key == "pids" else {
                throw fault("unknown key `\(entry.key.scalar?.text ?? "")`; there is pids", entry.key)
            }
            guard let number = entry.value.scalar.flatMap({ Int($0.text) }), number > 0 else {
                throw fault("`pids` is a whole number above 0", entry.value)
            }
            pids = number
        }
    }
}
