import Engine

/// How a job graph is written.
enum GraphFormat: String, CaseIterable {
    case text, mermaid, dot
}

/// A job graph as text for people, or for the programs that draw it.
enum GraphText {
    static func written(_ graph: JobGraph, as format: GraphFormat) -> String {
        switch format {
        case .text: text(graph)
        case .mermaid: mermaid(graph)
        case .dot: dot(graph)
        }
    }

    /// A line for each job; a blank one stands between jobs that could start together and those that wait for them.
    private static func text(_ graph: JobGraph) -> String {
        let width = graph.nodes.map { label($0).count }.max() ?? 0
        var lines: [String] = []
        var depth = 0
        for node in graph.nodes {
            if node.depth != depth { lines.append("") }
            depth = node.depth
            let label = label(node)
            let facts = [
                node.needs.isEmpty ? nil : "after \(node.needs.joined(separator: ", "))",
                node.condition.map { "if \($0)" }, node.environment.map { "environment \($0)" },
                node.calls.map { "calls \($0)" },
            ].compactMap(\.self)
            let gap = String(repeating: " ", count: width - label.count)
            lines.append(facts.isEmpty ? label : "\(label)\(gap)  \(facts.joined(separator: "; "))")
        }
        return lines.joined(separator: "\n")
    }

    private static func mermaid(_ graph: JobGraph) -> String {
        var lines = ["flowchart LR"]
        // Job ids may be words of Mermaid's own, such as `end`: numbers are not.
        let names = Dictionary(
            uniqueKeysWithValues: graph.nodes.enumerated().map { ($0.element.id, "j\($0.offset)") }
        )
        for node in graph.nodes {
            let text = shown(node, lineBreak: "<br/>") { character in
                switch character {
                case "\"", "#", "<", ">", "&": "#\(character.asciiValue ?? 0);"
                case let other where other.isNewline: " "
                default: String(character)
                }
            }
            lines.append("    \(names[node.id] ?? "")[\"\(text)\"]")
            for need in node.needs { lines.append("    \(names[need] ?? "") --> \(names[node.id] ?? "")") }
        }
        return lines.joined(separator: "\n")
    }

    private static func dot(_ graph: JobGraph) -> String {
        func quoted(_ node: JobGraph.Node) -> String {
            let text = shown(node, lineBreak: "\\n") { character in
                switch character {
                case "\"", "\\": "\\\(character)"
                case let other where other.isNewline: " "
                default: String(character)
                }
            }
            return "\"\(text)\""
        }
        var lines = ["digraph jobs {", "    rankdir=LR", "    node [shape=box]"]
        for node in graph.nodes {
            lines.append("    \"\(node.id)\" [label=\(quoted(node))]")
            for need in node.needs { lines.append("    \"\(need)\" -> \"\(node.id)\"") }
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func label(_ node: JobGraph.Node) -> String {
        if node.hasUnknownMatrix { return "\(node.id) ×?" }
        return node.rows.map { "\(node.id) ×\($0)" } ?? node.id
    }

    /// What stands in a job's box: what the user wrote in it is quoted by `escape`.
    private static func shown(
        _ node: JobGraph.Node,
        lineBreak: String,
        _ escape: (Character) -> String
    ) -> String {
        let lines = [
            label(node), node.condition.map { "if \($0)" }, node.environment.map { "environment \($0)" },
            node.calls.map { "calls \($0)" },
        ].compactMap(\.self)
        return lines.map { $0.map(escape).joined() }.joined(separator: lineBreak)
    }
}
