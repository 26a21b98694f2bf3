import Foundation

/// Single values of a TOML file, as far as versions need them: tables, and keys with text.
enum TOMLText {
    static func value(of key: String, under table: String, in text: String) -> String? {
        var current = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                current = line[line.index(after: line.startIndex)..<end].trimmingCharacters(in: .whitespaces)
            }
            guard current == table, let sign = line.firstIndex(of: "=") else { continue }
            let name = line[..<sign].trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
            guard name == key else { continue }
            let rest = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
            if rest.hasPrefix("{") { return inlineVersion(rest) }
            guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
            return String(rest.dropFirst().prefix { $0 != quote })
        }
        return nil
    }
    /// Of a tool that is given as a table on one line: `{ version = "20" }`.
    private static func inlineVersion(_ table: String) -> String? {
        table.firstMatch(of: /[{,]\s*version\s*=\s*["']([^"']*)["']/).map { String($0.1) }
    }
}
