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
    static func text(_ graph: JobGraph) -> String {
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
        (["flowchart LR"] + mermaidLines(graph, prefix: "j")).joined(separator: "\n")
    }

    static func mermaidLines(_ graph: JobGraph, prefix: String) -> [String] {
        // Job ids may be words of Mermaid's own, such as `end`: numbers are not.
        let names = Dictionary(
            uniqueKeysWithValues: graph.nodes.enumerated().map { ($0.element.id, "\(prefix)\($0.offset)") }
        )
        return graph.nodes.flatMap { node in
            let name = names[node.id] ?? ""
            return ["    \(name)[\"\(shown(node, lineBreak: "<br/>", mermaidText))\"]"]
                + node.needs.map { "    \(names[$0] ?? "") --> \(name)" }
        }
    }

    static func mermaidText(_ character: Character) -> String {
        switch character {
        case "\"", "#", "<", ">", "&": "#\(character.asciiValue ?? 0);"
        case let other where other.isNewline: " "
        default: String(character)
        }
    }

    private static func dot(_ graph: JobGraph) -> String {
        let head = ["digraph jobs {", "    rankdir=LR", "    node [shape=box]"]
        return (head + dotLines(graph, prefix: "") + ["}"]).joined(separator: "\n")
    }

    static func dotLines(_ graph: JobGraph, prefix: String) -> [String] {
        graph.nodes.flatMap { node in
            let label = shown(node, lineBreak: "\\n", dotText)
            return ["    \"\(prefix)\(node.id)\" [label=\"\(label)\"]"]
                + node.needs.map { "    \"\(prefix)\($0)\" -> \"\(prefix)\(node.id)\"" }
        }
    }

    static func dotText(_ character: Character) -> String {
        switch character {
        case "\"", "\\": "\\\(character)"
        case let other where other.isNewline: " "
        default: String(character)
        }
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
