extension GraphText {
    /// Several workflows in one picture, those that follow others by `workflow_run` tied to them.
    static func written(_ pictures: [WorkflowPicture], as format: GraphFormat) -> String {
        switch format {
        case .text:
            return pictures.map { picture in
                let jobs = text(picture.graph).split(separator: "\n", omittingEmptySubsequences: false)
                return (picture.heading + jobs.map { $0.isEmpty ? "" : "    \($0)" }).joined(separator: "\n")
            }.joined(separator: "\n\n")
        case .mermaid:
            var lines = ["flowchart LR"]
            for (index, picture) in pictures.enumerated() {
                let heading = picture.heading.map { $0.map(mermaidText).joined() }
                lines.append("    subgraph w\(index)[\"\(heading.joined(separator: "<br/>"))\"]")
                lines += mermaidLines(picture.graph, prefix: "w\(index)j").map { "    \($0)" }
                lines.append("    end")
            }
            lines += chains(pictures).map { "    w\($0.from) -.-> w\($0.to)" }
            return lines.joined(separator: "\n")
        case .dot:
            var lines = [
                "digraph workflows {", "    rankdir=LR", "    compound=true", "    node [shape=box]",
            ]
            for (index, picture) in pictures.enumerated() {
                let heading = picture.heading.map { $0.map(dotText).joined() }
                lines.append("    subgraph cluster_\(index) {")
                lines.append("        label=\"\(heading.joined(separator: "\\n"))\"")
                lines += dotLines(picture.graph, prefix: "\(index)/").map { "    \($0)" }
                lines.append("    }")
            }
            for chain in chains(pictures) {
                // Graphviz ties boxes of boxes by a node of each, and cuts the line at their edges.
                guard let tail = pictures[chain.from].graph.nodes.last?.id,
                    let head = pictures[chain.to].graph.nodes.first?.id
                else { continue }
                let ends = "\"\(chain.from)/\(tail)\" -> \"\(chain.to)/\(head)\""
                lines.append(
                    "    \(ends) [style=dashed, ltail=cluster_\(chain.from), lhead=cluster_\(chain.to)]"
                )
            }
            return (lines + ["}"]).joined(separator: "\n")
        }
    }

    private static func chains(_ pictures: [WorkflowPicture]) -> [(from: Int, to: Int)] {
        pictures.indices.flatMap { to in
            pictures.indices.filter { pictures[to].follows.contains(pictures[$0].name) }.map { ($0, to) }
        }
    }
}
