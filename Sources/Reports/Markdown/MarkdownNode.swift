/// A part of a Markdown text, copied out of the parser's tree.
package struct MarkdownNode: Sendable, Equatable {
    package enum Alignment: Sendable, Equatable { case none, left, center, right }

    package enum Kind: Sendable, Equatable {
        case document, quote, paragraph, rule
        case heading(level: Int)
        /// `start` is the first number of an ordered list.
        case list(start: Int?, isTight: Bool)
        case item
        /// An item with a check box.
        case task(isDone: Bool)
        case codeBlock(info: String, text: String)
        case htmlBlock(String)
        case table(columns: [Alignment])
        case tableRow(isHeader: Bool)
        case tableCell
        case footnote(label: String)
        case text(String)
        case softBreak, lineBreak
        case code(String)
        case html(String)
        case emphasis, strong, strikethrough
        case link(target: String, title: String)
        case image(target: String, title: String)
        case footnoteReference(label: String)
        case other(String)
    }

    package var kind: Kind
    package var children: [MarkdownNode]

    /// The words in it, without any markup.
    package var plainText: String {
        switch kind {
        case .text(let text), .code(let text), .codeBlock(_, let text): text
        case .softBreak, .lineBreak: " "
        default: children.map(\.plainText).joined()
        }
    }
}
