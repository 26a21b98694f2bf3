import Expressions
import Foundation

/// What a project's own file says of its node.
enum NodeVersionFile {
    /// Of `package.json`, `mise.toml`, `.tool-versions`, `.nvmrc` or `.node-version`, told by what is in it.
    static func version(in text: String) -> String? {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.hasPrefix("{") {
            guard let manifest = try? Value(json: trimmed) else { return nil }
            let runtime = manifest["devEngines"]["runtime"]
            let isNode = runtime["name"].text.lowercased() == "node"
            let named = [
                manifest["volta"]["node"].text, isNode ? runtime["version"].text : "",
                manifest["engines"]["node"].text,
            ]
            return named.first { !$0.isEmpty }
        }
        if let version = TOMLText.value(of: "node", under: "tools", in: text) { return version }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count == 1 { return words[0] }
            if words.count >= 2, ["node", "nodejs"].contains(words[0]) { return words[1] }
        }
        return nil
    }
}
