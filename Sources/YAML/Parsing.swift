/// What a text holds: its root where it could be read, and every fault that was found in it.
package struct Document: Sendable {
    package var root: Node?
    package var diagnostics: [Diagnostic]
}

/// Reads one YAML document, with everything that is wrong with it.
///
/// Keys that a mapping already has (ignoring case) are reported and left out, so that reading can go on.
package func readDocument(_ text: String, file: String, limits: Limits = Limits()) -> Document {
    var text = text
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    guard text.utf8.count <= limits.characters || scalarCount(of: &text) <= limits.characters else {
        let message = "the file is longer than \(limits.characters) characters"
        let start = SourceLocation(file: file, line: 1, column: 1)
        return Document(
            root: nil,
            diagnostics: [Diagnostic(location: start, code: "yaml-limit", message: message)]
        )
    }
    let source = SourceText(text)
    return text.withUTF8 { bytes in
        let isToCount = Budget.isNeeded(for: bytes, under: limits)
        let excess = isToCount ? Budget.excess(of: bytes, over: limits) : nil
        var builder = NodeBuilder(parser: EventParser(bytes), source: source, file: file, limits: limits)
        if let excess {
            return Document(root: nil, diagnostics: [builder.diagnostic(of: excess)])
        }
        let root: Node?
        do throws(Diagnostic) {
            root = try builder.document()
        } catch {
            builder.diagnostics.append(error)
            root = nil
        }
        return Document(root: root, diagnostics: builder.diagnostics)
    }
}

/// How many Unicode scalars a text has: all its bytes but those that go on with one.
private func scalarCount(of text: inout String) -> Int {
    text.withUTF8 { bytes in bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
}

/// Reads one YAML document, or says all that is wrong with it.
package func parse(_ text: String, file: String, limits: Limits = Limits()) throws(Diagnostics) -> Node {
    let document = readDocument(text, file: file, limits: limits)
    guard let root = document.root, document.diagnostics.isEmpty else {
        throw Diagnostics(document.diagnostics)
    }
    return root
}

/// Reads one YAML document of UTF-8 bytes, or says all that is wrong with it.
package func parse(
    bytes: some Sequence<UInt8>,
    file: String,
    limits: Limits = Limits()
) throws(Diagnostics) -> Node {
    guard let text = String(validating: Array(bytes), as: UTF8.self) else {
        let start = SourceLocation(file: file, line: 1, column: 1)
        throw Diagnostics([
            Diagnostic(location: start, code: "yaml-syntax", message: "the file is not UTF-8 text")
        ])
    }
    return try parse(text, file: file, limits: limits)
}
