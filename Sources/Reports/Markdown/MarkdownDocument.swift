import CCmark
import Foundation

/// A GitHub-flavoured Markdown text, parsed by cmark-gfm.
///
/// Owns the parser's tree and frees it when it goes.
package struct MarkdownDocument: ~Copyable {
    /// Nothing below this depth is copied out of the tree, so that hostile nesting cannot exhaust the stack.
    package static let depthLimit = 100

    package let source: String
    let root: OpaquePointer

    package init(_ source: String) {
        self.source = source
        root = Parser.parse(source)
    }

    deinit { cmark_node_free(root) }

    /// The tree as a value.
    package var content: MarkdownNode {
        var open: [MarkdownNode] = []
        var result = MarkdownNode(kind: .document, children: [])
        var depth = 0
        visit { node, event in
            if event == CMARK_EVENT_ENTER {
                let isLeaf = cmark_node_first_child(node) == nil && isLeafKind(node)
                if depth < Self.depthLimit {
                    let copy = MarkdownNode(kind: kind(of: node), children: [])
                    if isLeaf {
                        if !open.isEmpty { open[open.count - 1].children.append(copy) }
                    } else {
                        open.append(copy)
                    }
                }
                if !isLeaf { depth += 1 }
            } else {
                depth -= 1
                guard depth < Self.depthLimit, let done = open.popLast() else { return }
                if open.isEmpty { result = done } else { open[open.count - 1].children.append(done) }
            }
        }
        return result
    }

    /// Where its images and links point (definitions are resolved into the links that use them), in order.
    package var targets: [String] {
        var found: [String] = []
        visit { node, event in
            if event == CMARK_EVENT_ENTER, isLinkOrImage(node) {
                found.append(text(cmark_node_get_url(node)))
            }
        }
        return found
    }

    /// Those of the targets that an image has.
    package var imageTargets: Set<String> {
        var found: Set<String> = []
        visit { node, event in
            guard event == CMARK_EVENT_ENTER, cmark_node_get_type(node) == CMARK_NODE_IMAGE else { return }
            found.insert(text(cmark_node_get_url(node)))
        }
        return found
    }

    /// As safe HTML: raw HTML is left out, and so are `javascript:` and other script-like addresses.
    package func html() -> String {
        owned(cmark_render_html(root, CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_GITHUB_PRE_LANG, nil))
    }

    /// As Markdown written anew from the tree.
    func normalized() -> String {
        owned(cmark_render_commonmark(root, CMARK_OPT_DEFAULT | CMARK_OPT_UNSAFE, 0))
    }

    /// Calls the body for each step of a walk over the tree.
    func visit(_ body: (OpaquePointer, cmark_event_type) -> Void) {
        guard let iterator = cmark_iter_new(root) else { return }
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return }
            body(node, event)
        }
    }

    private func owned(_ rendered: UnsafeMutablePointer<CChar>?) -> String {
        guard let rendered else { return "" }
        defer { free(rendered) }
        return String(cString: rendered)
    }
}

/// cmark-gfm keeps the special characters of its extensions in a global table while it parses: one parse at a time.
private enum Parser {
    private static let lock = NSLock()
    private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

    private static let isReady: Bool = {
        cmark_gfm_core_extensions_ensure_registered()
        return true
    }()

    static func parse(_ source: String) -> OpaquePointer {
        lock.lock()
        defer { lock.unlock() }
        precondition(isReady, "cmark-gfm's extensions are registered before the first parse")
        let options = CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES
        guard let parser = cmark_parser_new(options) else {
            preconditionFailure("cmark-gfm is out of memory")
        }
        defer { cmark_parser_free(parser) }
        for name in extensions {
            guard let found = cmark_find_syntax_extension(name) else { continue }
            cmark_parser_attach_syntax_extension(parser, found)
        }
        var copy = source
        copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let root = cmark_parser_finish(parser) else {
            preconditionFailure("cmark-gfm is out of memory")
        }
        return root
    }
}

func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
}

func isLinkOrImage(_ node: OpaquePointer) -> Bool {
    let type = cmark_node_get_type(node)
    return type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE
}

/// The iterator never leaves these: they are entered once.
private func isLeafKind(_ node: OpaquePointer) -> Bool {
    let leaves = [
        CMARK_NODE_HTML_BLOCK, CMARK_NODE_THEMATIC_BREAK, CMARK_NODE_CODE_BLOCK, CMARK_NODE_TEXT,
        CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE,
    ]
    return leaves.contains(cmark_node_get_type(node))
}

private func kind(of node: OpaquePointer) -> MarkdownNode.Kind {
    let literal = text(cmark_node_get_literal(node))
    switch text(cmark_node_get_type_string(node)) {
    case "document": return .document
    case "block_quote": return .quote
    case "list":
        let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
        return .list(
            start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
            isTight: cmark_node_get_list_tight(node) != 0
        )
    case "item": return .item
    case "tasklist": return .task(isDone: cmark_gfm_extensions_get_tasklist_item_checked(node))
    case "code_block": return .codeBlock(info: text(cmark_node_get_fence_info(node)), text: literal)
    case "html_block": return .htmlBlock(literal)
    case "paragraph": return .paragraph
    case "heading": return .heading(level: Int(cmark_node_get_heading_level(node)))
    case "thematic_break": return .rule
    case "table": return .table(columns: alignments(of: node))
    case "table_header": return .tableRow(isHeader: true)
    case "table_row": return .tableRow(isHeader: false)
    case "table_cell": return .tableCell
    case "footnote_definition": return .footnote(label: literal)
    case "text": return .text(literal)
    case "softbreak": return .softBreak
    case "linebreak": return .lineBreak
    case "code": return .code(literal)
    case "html_inline": return .html(literal)
    case "emph": return .emphasis
    case "strong": return .strong
    case "strikethrough": return .strikethrough
    case "link": return .link(target: text(cmark_node_get_url(node)), title: text(cmark_node_get_title(node)))
    case "image":
        return .image(target: text(cmark_node_get_url(node)), title: text(cmark_node_get_title(node)))
    case "footnote_reference": return .footnoteReference(label: literal)
    case let name: return .other(name)
    }
}

private func alignments(of table: OpaquePointer) -> [MarkdownNode.Alignment] {
    let count = Int(cmark_gfm_extensions_get_table_columns(table))
    guard let letters = cmark_gfm_extensions_get_table_alignments(table) else { return [] }
    return (0..<count).map { index in
        switch letters[index] {
        case UInt8(ascii: "l"): .left
        case UInt8(ascii: "c"): .center
        case UInt8(ascii: "r"): .right
        default: .none
        }
    }
}
