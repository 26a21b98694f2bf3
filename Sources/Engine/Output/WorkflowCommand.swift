import Foundation

/// A line of output that tells the engine something: `::name key=value::data`, or `##[name key=value]data`.
package struct WorkflowCommand: Sendable, Equatable {
    /// In lower case.
    package var name: String
    /// With lower-case keys; a later one wins.
    package var properties: [String: String]
    package var data: String

    /// The names that are commands; anything else is text.
    package static let registered: Set<String> = [
        "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group",
        "internal-set-repo-path", "notice", "remove-matcher", "save-state", "set-env", "set-output",
        "stop-commands", "warning",
    ]

    /// Reads a line; nil where it is plain text.
    ///
    /// `extra` is one more name that is known, in lower case: the token that ends `stop-commands`.
    package init?(_ line: String, extra: String? = nil) {
        let text = Array(line.utf8)
        if let command = Self.colons(text, extra) ?? Self.brackets(text, extra) {
            self = command
        } else {
            return nil
        }
    }

    /// A cheap test that rules out nearly all lines.
    static func mayBe(_ line: [UInt8]) -> Bool {
        line.withUnsafeBufferPointer { bytes in
            var index = 0
            while index + 1 < bytes.count {
                if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: ":") { return true }
                if bytes[index] == UInt8(ascii: "#"), bytes[index + 1] == UInt8(ascii: "#") { return true }
                index += 1
            }
            return false
        }
    }

    /// Finds, from the front to the back of many lines, what `mayBe` looks for.
    struct Marks {
        /// Where each pair stands next; `nil` where it does not any more.
        private var colons: Int? = -1
        private var hashes: Int? = -1

        /// The first mark at `start` or behind it, which is never less than at the call before.
        ///
        /// Each byte is looked at once for each pair, however many marks there are.
        mutating func first(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
            if let known = colons, known < start {
                colons = bytes.firstIndex(ofPair: UInt8(ascii: ":"), from: start)
            }
            if let known = hashes, known < start {
                hashes = bytes.firstIndex(ofPair: UInt8(ascii: "#"), from: start)
            }
            guard let colons, let hashes else { return colons ?? hashes }
            return min(colons, hashes)
        }
    }

    /// Whether the beginning of a line that is longer than one piece says that all of it is a command.
    static func begins(_ line: [UInt8]) -> Bool {
        let text = line.drop(while: isBlank)
        guard text.starts(with: "::".utf8), let end = text.dropFirst(2).firstIndex(ofPair: UInt8(ascii: ":"))
        else { return false }
        let name = text[(text.startIndex + 2)..<end].prefix { $0 != UInt8(ascii: " ") }
        return registered.contains(String(decoding: name, as: UTF8.self).lowercased())
    }

    private init?(_ info: ArraySlice<UInt8>, _ data: ArraySlice<UInt8>, _ syntax: Syntax, _ extra: String?) {
        let space = info.firstIndex(of: UInt8(ascii: " "))
        let name = String(decoding: info[..<(space ?? info.endIndex)], as: UTF8.self).lowercased()
        guard Self.registered.contains(name) || (extra != nil && name == extra) else { return nil }
        self.name = name
        properties = [:]
        self.data = syntax.unescaped(data, syntax.dataEscapes)
        guard let space else { return }
        // Blanks around all the properties do not count; one behind a comma is a part of the next one's name.
        var pairs = info[(space + 1)...]
        if syntax.trimsProperties {
            pairs = pairs.drop(while: Self.isBlank)
            while let last = pairs.last, Self.isBlank(last) { pairs.removeLast() }
        }
        for pair in pairs.split(separator: syntax.separator) {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = String(decoding: pair[..<equals], as: UTF8.self).lowercased()
            properties[key] = syntax.unescaped(pair[(equals + 1)...], syntax.propertyEscapes)
        }
    }

    /// Only at the start of the line, behind blanks.
    private static func colons(_ line: [UInt8], _ extra: String?) -> WorkflowCommand? {
        let text = line.drop(while: isBlank)
        guard text.starts(with: "::".utf8), let end = text.dropFirst(2).firstIndex(ofPair: UInt8(ascii: ":"))
        else { return nil }
        return WorkflowCommand(text[(text.startIndex + 2)..<end], text[(end + 2)...], .colons, extra)
    }

    /// Anywhere in the line.
    private static func brackets(_ line: [UInt8], _ extra: String?) -> WorkflowCommand? {
        var rest = line[...]
        while let start = rest.firstIndex(ofPair: UInt8(ascii: "#")) {
            if start + 2 < line.endIndex, line[start + 2] == UInt8(ascii: "[") {
                guard let end = line[(start + 3)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
                return WorkflowCommand(line[(start + 3)..<end], line[(end + 1)...], .brackets, extra)
            }
            rest = line[(start + 1)...]
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    private struct Syntax {
        let separator: UInt8
        let trimsProperties: Bool
        let dataEscapes: [String: UInt8]
        let propertyEscapes: [String: UInt8]

        static let colons = Syntax(
            separator: UInt8(ascii: ","),
            trimsProperties: true,
            dataEscapes: ["0D": 0x0D, "0A": 0x0A, "25": 0x25],
            propertyEscapes: ["0D": 0x0D, "0A": 0x0A, "3A": 0x3A, "2C": 0x2C, "25": 0x25]
        )
        static let brackets = Syntax(
            separator: UInt8(ascii: ";"),
            trimsProperties: false,
            dataEscapes: ["3B": 0x3B, "0D": 0x0D, "0A": 0x0A, "5D": 0x5D, "25": 0x25],
            propertyEscapes: ["3B": 0x3B, "0D": 0x0D, "0A": 0x0A, "5D": 0x5D, "25": 0x25]
        )

        /// Resolves the escapes once: what they give is not read again, so `%250A` is the text `%0A`.
        func unescaped(_ bytes: ArraySlice<UInt8>, _ escapes: [String: UInt8]) -> String {
            guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
            var result: [UInt8] = []
            var index = bytes.startIndex
            while index < bytes.endIndex {
                if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
                    let byte = escapes[String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)]
                {
                    result.append(byte)
                    index += 3
                } else {
                    result.append(bytes[index])
                    index += 1
                }
            }
            return String(decoding: result, as: UTF8.self)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where `byte` first stands twice, at `start` or behind it.
    fileprivate func firstIndex(ofPair byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress else { return nil }
        var start = start
        while start + 1 < count, let found = memchr(base + start, Int32(byte), count - start - 1) {
            let index = base.distance(to: UnsafeRawPointer(found))
            if self[index + 1] == byte { return index }
            start = index + 1
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// Where `byte` first stands twice.
    func firstIndex(ofPair byte: UInt8) -> Int? {
        var index = startIndex
        while let found = self[index...].firstIndex(of: byte), found + 1 < endIndex {
            if self[found + 1] == byte { return found }
            index = found + 1
        }
        return nil
    }
}
