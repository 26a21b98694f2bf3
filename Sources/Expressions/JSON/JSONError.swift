/// Why a text is no JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    /// Offset of the offending byte in the UTF-8 text.
    package var offset: Int
    /// Counted from 1; columns are bytes.
    package var line: Int
    package var column: Int

    package init(message: String, offset: Int, line: Int, column: Int) {
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
    }

    package var description: String { "\(message) at line \(line), column \(column)" }
}
