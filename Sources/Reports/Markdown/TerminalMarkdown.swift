/// Markdown as a terminal shows it: wrapped to its width, with colours or without.
///
/// Whatever control characters the text holds are neutralised; the only sequences in the result are our own colours.
package struct TerminalMarkdown: Sendable {
    package var width: Int
    package var colours: Bool

    package init(width: Int = 80, colours: Bool = false) {
        self.width = width
        self.colours = colours
    }

    package func render(_ markdown: String) -> String {
        render(MarkdownDocument(markdown).content)
    }

    package func render(_ document: MarkdownNode) -> String {
        let lines = blocks(document.children, width: width, isTight: false)
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    func blocks(_ nodes: [MarkdownNode], width: Int, isTight: Bool) -> [String] {
        var lines: [String] = []
        for node in nodes {
            let block = block(node, width: width)
            guard !block.isEmpty else { continue }
            if !lines.isEmpty, !isTight { lines.append("") }
            lines += block
        }
        return lines
    }

    private func block(_ node: MarkdownNode, width: Int) -> [String] {
        switch node.kind {
        case .paragraph: return paragraph(node.children, width: width)
        case .heading(let level): return heading(node.children, level: level, width: width)
        case .quote:
            return blocks(node.children, width: width - 2, isTight: false).map { paint("│", .dim) + " " + $0 }
        case .rule: return [paint(String(repeating: "─", count: max(8, min(width, 40))), .dim)]
        case .codeBlock(_, let text): return code(text, style: .code)
        case .htmlBlock(let text): return blocks(HTMLTree.blocks(text), width: width, isTight: false)
        case .list(let start, let isTight):
            return list(node.children, start: start, isTight: isTight, width: width)
        case .table(let columns): return table(node.children, columns: columns, width: width)
        case .footnote(let label):
            return hanging(
                blocks(node.children, width: width - 4, isTight: true),
                "[\(SafeText.line(label))] "
            )
        default:
            return node.children.isEmpty ? [] : paragraph([node], width: width)
        }
    }

    private func paragraph(_ nodes: [MarkdownNode], width: Int) -> [String] {
        let text = inline(nodes, style: [])
        guard !text.runs.isEmpty else { return [] }
        return text.wrapped(to: width, colours: colours)
    }

    private func heading(_ nodes: [MarkdownNode], level: Int, width: Int) -> [String] {
        var text = StyledText()
        if !colours { text.append(String(repeating: "#", count: level) + " ", []) }
        text.runs += inline(nodes, style: level < 3 ? [.bold, .heading] : [.bold]).runs
        var lines = text.wrapped(to: width, colours: colours)
        if level == 1, colours {
            let longest = lines.map(DisplayWidth.of).max() ?? 0
            lines.append(paint(String(repeating: "━", count: longest), .dim))
        }
        return lines
    }

    private func code(_ text: String, style: StyledText.Style) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { "    " + paint(SafeText.line(String($0)), style) }
    }

    private func list(_ items: [MarkdownNode], start: Int?, isTight: Bool, width: Int) -> [String] {
        var lines: [String] = []
        for (offset, item) in items.enumerated() {
            var mark = start.map { "\($0 + offset). " } ?? "• "
            if case .task(let isDone) = item.kind { mark = isDone ? "☑ " : "☐ " }
            if !lines.isEmpty, !isTight { lines.append("") }
            let body = blocks(item.children, width: width - mark.count, isTight: isTight)
            lines += hanging(body.isEmpty ? [""] : body, mark)
        }
        return lines
    }

    private func hanging(_ lines: [String], _ mark: String) -> [String] {
        let indentation = String(repeating: " ", count: DisplayWidth.of(mark))
        return lines.enumerated().map { ($0 == 0 ? mark : indentation) + $1 }
    }

    func paint(_ text: String, _ style: StyledText.Style) -> String {
        colours && !text.isEmpty ? style.sequence + text + "\u{1b}[0m" : text
    }
}
