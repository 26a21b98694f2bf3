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
    let start = SourceLocation(file: file, line: 1, column: 1)
    guard text.unicodeScalars.count <= limits.characters else {
        let message = "the file is longer than \(limits.characters) characters"
        return Document(
            root: nil,
            diagnostics: [Diagnostic(location: start, code: "yaml-limit", message: message)]
        )
    }
    text.makeContiguousUTF8()
    let source = text
    let utf8 = Array(text.utf8)
    return utf8.withUnsafeBufferPointer { bytes in
        var builder = NodeBuilder(
            parser: EventParser(bytes),
            source: SourceText(source),
            file: file,
            limits: limits
        )
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
