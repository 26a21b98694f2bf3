import Foundation

/// Values as the `--json` options print them: field names of GitHub's REST API, times in RFC 3339.
enum RunJSON {
    static func print(_ value: some Encodable) throws { Console.print(try text(value)) }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
