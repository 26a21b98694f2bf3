/// HTML as it stands in Markdown (`core.summary` of the toolkit writes nothing else), as the nodes that Markdown would have.
///
/// It reads what is there and refuses nothing: an element that it does not know is its content alone, an end without a
/// beginning is passed over.
struct HTMLTree {
    fileprivate struct Element {
        var name: String
        var kind: MarkdownNode.Kind?
        var attributes: [String: String] = [:]
        var children: [MarkdownNode] = []
    }

    /// Deeper elements are their content alone, so that hostile nesting cannot exhaust the stack.
    private static let depthLimit = 100
    private static let blocks: Set<String> = [
        "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
        "figure", "footer", "header", "html", "main", "nav", "p", "section",
    ]

    private var open: [Element]
    /// The element whose text is not shown, while it is open.
    private var silent: String?

    private init(isInline: Bool) {
        open = [Element(name: "", kind: isInline ? .paragraph : .document)]
    }

    /// A block of HTML.
    static func blocks(_ html: String) -> [MarkdownNode] {
        var tree = HTMLTree(isInline: false)
        for token in HTMLTokens(html) { tree.take(token) }
        return tree.finish()
    }

    /// Parts of a paragraph, where those between a beginning and its end become that element's own.
    static func folded(_ nodes: [MarkdownNode]) -> [MarkdownNode] {
        guard nodes.contains(where: { if case .html = $0.kind { true } else { false } }) else { return nodes }
        var tree = HTMLTree(isInline: true)
        for node in nodes {
            if case .html(let text) = node.kind {
                for token in HTMLTokens(text) { tree.take(token) }
            } else if case .text(let text) = node.kind, tree.silent == nil {
                tree.take(text: text)
            } else if tree.silent == nil {
                tree.add(node)
            }
        }
        return tree.finish()
    }

    private mutating func finish() -> [MarkdownNode] {
        while open.count > 1 { close() }
        return open[0].children
    }

    private mutating func take(_ token: HTMLTokens.Token) {
        if let name = silent {
            if case .end(name) = token { silent = nil }
            return
        }
        switch token {
        case .text(let text): take(text: text)
        case .start(let name, let attributes): begin(name, attributes)
        case .end(let name): end(name)
        }
    }

    private mutating func take(text: String) {
        if isOpen("pre") { return add(MarkdownNode(kind: .text(text), children: [])) }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let before = text.first?.isWhitespace == true && !endsWithSpace ? " " : ""
        let after = text.last?.isWhitespace == true && !words.isEmpty ? " " : ""
        // Space between blocks is none of the text.
        if words.isEmpty, before.isEmpty || holdsBlocks { return }
        add(MarkdownNode(kind: .text(before + words + after), children: []))
    }

    /// Whether more space would be one too many.
    private var endsWithSpace: Bool {
        guard let last = open[open.count - 1].children.last else { return true }
        if case .text(let text) = last.kind { return text.last == " " }
        return false
    }

    private mutating func begin(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "script", "style", "template": silent = name
        case "br": add(MarkdownNode(kind: .lineBreak, children: []))
        case "hr": addBlock(MarkdownNode(kind: .rule, children: []))
        case "img":
            let label = attributes["alt"] ?? ""
            let kind = MarkdownNode.Kind.image(target: attributes["src"] ?? "", title: "")
            let words = label.isEmpty ? [] : [MarkdownNode(kind: .text(label), children: [])]
            add(MarkdownNode(kind: kind, children: words))
        case "b", "strong": push(name, .strong)
        case "i", "em", "cite", "var": push(name, .emphasis)
        case "del", "s", "strike": push(name, .strikethrough)
        case "code", "kbd", "samp", "tt": push(name, isOpen("pre") ? nil : .code(""))
        case "a" where attributes["href"] != nil:
            push(name, .link(target: attributes["href"] ?? "", title: ""))
        case "tr" where isOpen("table"):
            end("tr", within: "table")
            push(name, .tableRow(isHeader: false), attributes)
        case "td" where isOpen("tr"), "th" where isOpen("tr"):
            end("td", within: "tr")
            end("th", within: "tr")
            push(name, .tableCell, attributes)
        default: beginBlock(name, attributes)
        }
    }

    private mutating func beginBlock(_ name: String, _ attributes: [String: String]) {
        // What is in a cell, a heading or a line of text stays there.
        if let holder = open.last(where: { $0.kind != nil && !$0.isInline }), !holder.holdsBlocks,
            holder.name != "p"
        {
            if name == "summary" {
                if !endsWithSpace { add(MarkdownNode(kind: .lineBreak, children: [])) }
                add(MarkdownNode(kind: .text("▸ "), children: []))
                return push(name, .strong)
            }
            if !endsWithSpace { add(MarkdownNode(kind: .text(" "), children: [])) }
            if name == "li" { add(MarkdownNode(kind: .text("• "), children: [])) }
            return push(name, nil)
        }
        let kind: MarkdownNode.Kind
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6": kind = .heading(level: Int(name.dropFirst()) ?? 6)
        case "blockquote": kind = .quote
        case "pre": kind = .codeBlock(info: "", text: "")
        case "ul": kind = .list(start: nil, isTight: true)
        case "ol": kind = .list(start: attributes["start"].flatMap { Int($0) } ?? 1, isTight: true)
        case "li":
            end("li", within: isOpen("ol") || isOpen("ul") ? "" : name)
            kind = .item
        case "table": kind = .table(columns: [])
        case "summary":
            closeParagraph()
            push(name, .paragraph)
            return add(MarkdownNode(kind: .text("▸ "), children: []))
        case _ where Self.blocks.contains(name):
            closeParagraph()
            if name == "p" { push(name, .paragraph) }
            return
        default: return push(name, nil)
        }
        closeParagraph()
        push(name, kind, attributes)
    }

    private mutating func end(_ name: String) {
        if Self.blocks.contains(name), name != "p" { return closeParagraph() }
        end(name, within: "")
        // What a line of text folds away stands on a line of its own.
        if name == "summary", !holdsBlocks { add(MarkdownNode(kind: .lineBreak, children: [])) }
    }

    /// Closes the innermost element of a name, with what is open in it, unless a list or `holder` is in between.
    private mutating func end(_ name: String, within holder: String) {
        for index in open.indices.dropFirst().reversed() {
            if open[index].name == name {
                while open.count > index { close() }
                return
            }
            if open[index].name == holder { return }
            if name == "li", ["ul", "ol"].contains(open[index].name) { return }
        }
    }

    private func isOpen(_ name: String) -> Bool { open.contains { $0.name == name } }

    private var holdsBlocks: Bool { open[open.count - 1].holdsBlocks }

    private mutating func push(
        _ name: String,
        _ kind: MarkdownNode.Kind?,
        _ attributes: [String: String] = [:]
    ) {
        guard open.count < Self.depthLimit else { return }
        let element = Element(name: name, kind: kind, attributes: attributes)
        if element.isInline, holdsBlocks { open.append(Element(name: "p", kind: .paragraph)) }
        open.append(element)
    }

    private mutating func closeParagraph() {
        while open.count > 1, let last = open.last, last.name == "p" || last.isInline { close() }
    }

    private mutating func addBlock(_ node: MarkdownNode) {
        closeParagraph()
        open[open.count - 1].children.append(node)
    }

    private mutating func add(_ node: MarkdownNode) {
        if holdsBlocks { open.append(Element(name: "p", kind: .paragraph)) }
        open[open.count - 1].children.append(node)
    }

    private mutating func close() {
        let done = open.removeLast()
        open[open.count - 1].children += done.nodes
    }
}

extension HTMLTree.Element {
    fileprivate var isInline: Bool {
        switch kind {
        case nil, .strong, .emphasis, .strikethrough, .code, .link: true
        default: false
        }
    }

    fileprivate var holdsBlocks: Bool {
        switch kind {
        case .document, .quote, .item, .list, .table, .tableRow: true
        default: false
        }
    }

    /// What it is once it is closed.
    fileprivate var nodes: [MarkdownNode] {
        let words = children.map(\.plainText).joined()
        switch kind {
        case nil: return children
        case .code: return [MarkdownNode(kind: .code(words), children: [])]
        case .codeBlock:
            return [MarkdownNode(kind: .codeBlock(info: "", text: words.trimmingNewline), children: [])]
        case .paragraph where name == "summary":
            return [
                MarkdownNode(kind: .paragraph, children: [MarkdownNode(kind: .strong, children: children)])
            ]
        case .paragraph, .emphasis, .strong, .strikethrough:
            return children.isEmpty ? [] : [MarkdownNode(kind: kind ?? .paragraph, children: children)]
        case .list(let start, let isTight):
            let items = children.map { $0.kind == .item ? $0 : MarkdownNode(kind: .item, children: [$0]) }
            return [MarkdownNode(kind: .list(start: start, isTight: isTight), children: items)]
        case .tableCell: return cells
        case .tableRow: return [row]
        case .table: return children.contains { $0.isRow } ? [table] : children
        default: return [MarkdownNode(kind: kind ?? .paragraph, children: children)]
        }
    }

    /// The cell, and empty ones for the further columns that it takes.
    private var cells: [MarkdownNode] {
        let own = name == "th" ? [MarkdownNode(kind: .strong, children: children)] : children
        let further = min(max(0, (attributes["colspan"].flatMap { Int($0) } ?? 1) - 1), 50)
        return [MarkdownNode(kind: .tableCell, children: own)]
            + Array(repeating: MarkdownNode(kind: .tableCell, children: []), count: further)
    }

    private var row: MarkdownNode {
        let cells = children.filter { $0.kind == .tableCell }
        let isHeader =
            !cells.isEmpty && cells.allSatisfy { $0.children.isEmpty || $0.children.first?.kind == .strong }
            && cells.contains { !$0.children.isEmpty }
        return MarkdownNode(kind: .tableRow(isHeader: isHeader), children: cells)
    }

    private var table: MarkdownNode {
        var rows = children.filter(\.isRow)
        // One row heads a table.
        for index in rows.indices.dropFirst() { rows[index].kind = .tableRow(isHeader: false) }
        let count = rows.map(\.children.count).max() ?? 0
        return MarkdownNode(kind: .table(columns: Array(repeating: .none, count: count)), children: rows)
    }
}

extension MarkdownNode {
    fileprivate var isRow: Bool { if case .tableRow = kind { true } else { false } }
}

extension String {
    /// Without the newline that follows `<pre>`.
    fileprivate var trimmingNewline: String { hasPrefix("\n") ? String(dropFirst()) : self }
}
