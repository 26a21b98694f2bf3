extension TerminalMarkdown {
    func inline(_ nodes: [MarkdownNode], style: StyledText.Style) -> StyledText {
        var text = StyledText()
        collect(nodes, style: style, into: &text)
        return text
    }

    private func collect(_ nodes: [MarkdownNode], style: StyledText.Style, into text: inout StyledText) {
        for node in HTMLTree.folded(nodes) {
            switch node.kind {
            case .text(let words): text.append(words, style)
            case .softBreak: text.append(" ", style)
            case .lineBreak: text.breakLine()
            case .code(let words): text.append(colours ? words : "`\(words)`", style.union(.code))
            case .emphasis: collect(node.children, style: style.union(.italic), into: &text)
            case .strong: collect(node.children, style: style.union(.bold), into: &text)
            case .strikethrough: collect(node.children, style: style.union(.struck), into: &text)
            case .footnoteReference(let label): text.append("[\(label)]", style.union(.dim))
            case .image(let target, _):
                guard !Watermark.isImage(target) else { continue }
                let label = node.plainText
                text.append("▣ " + (label.isEmpty ? "image" : label), style.union(.italic))
                // An image given in the text itself has an address that nobody wants to read.
                if !target.hasPrefix("data:") { text.append(" (\(target))", style.union(.dim)) }
            case .link(let target, _):
                collect(node.children, style: style.union(.underlined), into: &text)
                let label = node.plainText
                if label != target, "mailto:" + label != target, "http://" + label != target {
                    text.append(" (\(target))", style.union(.dim))
                }
            default: collect(node.children, style: style, into: &text)
            }
        }
    }
}
