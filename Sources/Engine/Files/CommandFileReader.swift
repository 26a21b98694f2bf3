import Foundation

/// What a file of `NAME=VALUE` lines and heredocs says.
package struct CommandFileEntry: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Reads the text of command files.
package enum CommandFileReader {
    /// The entries of a `GITHUB_ENV`, `GITHUB_OUTPUT` or `GITHUB_STATE` file, in order; a name may come twice.
    ///
    /// A line is a heredoc where `<<` stands in it before any `=`. Values are taken as they are: nothing is
    /// trimmed, and a carriage return stays.
    ///
    /// - Parameter entries: What stands before a fault is among them too.
    package static func read(
        _ bytes: [UInt8],
        of file: CommandFile,
        into entries: inout [CommandFileEntry]
    ) throws(CommandFileError) {
        var lines = LineCursor(bytes)
        while let line = lines.next() {
            guard !line.isEmpty else { continue }
            let equals = line.firstIndex(of: UInt8(ascii: "="))
            let heredoc = line.firstIndex(ofPair: UInt8(ascii: "<"))
            if let heredoc, equals.map({ heredoc < $0 }) ?? true {
                let delimiter = line[(heredoc + 2)...]
                guard heredoc > line.startIndex, !delimiter.isEmpty else {
                    throw CommandFileError(file: file, reason: .emptyNameOrDelimiter(line: text(line)))
                }
                let value = try heredocValue(&lines, until: delimiter, file)
                entries.append(CommandFileEntry(name: text(line[..<heredoc]), value: value))
            } else if let equals {
                // A state may do without a name, as with GitHub's runner.
                guard equals > line.startIndex || file == .state else {
                    throw CommandFileError(file: file, reason: .emptyName)
                }
                entries.append(
                    CommandFileEntry(name: text(line[..<equals]), value: text(line[(equals + 1)...]))
                )
            } else {
                throw CommandFileError(file: file, reason: .invalidFormat(line: text(line)))
            }
        }
    }

    /// The lines of a `GITHUB_PATH` file that are not empty, in order: each goes in front of those before it.
    ///
    /// Other than in the other files a carriage return ends a line too: GitHub's runner reads this one with .NET's
    /// `ReadAllLines`.
    package static func paths(of bytes: [UInt8]) -> [String] {
        LineCursor(bytes).rest.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(text)
    }

    /// The text of a summary.
    package static func markdown(of bytes: [UInt8]) -> String { text(LineCursor(bytes).rest) }

    private static func heredocValue(
        _ lines: inout LineCursor,
        until delimiter: ArraySlice<UInt8>,
        _ file: CommandFile
    ) throws(CommandFileError) -> String {
        let start = lines.rest.startIndex
        var end = start
        while let line = lines.next() {
            if line.elementsEqual(delimiter) { return text(lines.bytes[start..<end]) }
            end = line.endIndex
            guard end < lines.bytes.endIndex else {
                throw CommandFileError(file: file, reason: .lineNotEnded)
            }
        }
        throw CommandFileError(file: file, reason: .delimiterNotFound(text(delimiter)))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Goes through bytes line by line, behind a byte order mark if there is one.
    private struct LineCursor {
        let bytes: [UInt8]
        private(set) var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        }

        mutating func next() -> ArraySlice<UInt8>? {
            guard !rest.isEmpty else { return nil }
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                defer { rest = rest[rest.endIndex...] }
                return rest
            }
            defer { rest = rest[(end + 1)...] }
            return rest[..<end]
        }
    }
}
