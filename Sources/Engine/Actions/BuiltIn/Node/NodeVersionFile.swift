import Expressions
import Foundation

/// What a project's own file says of its node, as the action's `util.ts` reads it.
enum NodeVersionFile {
    /// Of `package.json`, `mise.toml`, `.tool-versions`, `.nvmrc` or `.node-version`, told by what is in it.
    ///
    /// - Parameter text: Gives what is in a file of the workspace.
    static func version(of file: String, _ text: (String) -> String?, depth: Int = 0) throws -> String? {
        guard let content = text(file) else {
            throw StepFailure("The specified node version file at: \(file) does not exist")
        }
        guard let manifest = try? Value(json: content), manifest.objectValue != nil else {
            return version(in: content)
        }
        if let found = version(in: manifest) { return found }
        // A workspace of Volta's says where its node is named.
        let next = manifest["volta"]["extends"].text
        guard !next.isEmpty else { return nil }
        guard depth < 20 else { throw StepFailure("'\(file)' extends more than 20 files, or itself") }
        let folder = (file as NSString).deletingLastPathComponent
        return try version(of: (folder as NSString).appendingPathComponent(next), text, depth: depth + 1)
    }

    /// Whether `package.json` says that npm is what installs.
    static func namesNPM(_ text: (String) -> String?) -> Bool {
        guard let content = text("package.json"), let manifest = try? Value(json: content) else {
            return false
        }
        let developer = manifest["devEngines"]["packageManager"]
        let names =
            (developer.elements ?? [developer]).map { $0["name"].text } + [manifest["packageManager"].text]
        return names.contains { $0.wholeMatch(of: /\^?npm(@.*)?/) != nil }
    }

    private static func version(in manifest: Value) -> String? {
        let runtime = manifest["devEngines"]["runtime"]
        let node = (runtime.elements ?? [runtime]).first {
            $0["name"].text.lowercased() == "node" && !$0["version"].text.isEmpty
        }
        let named = [
            manifest["volta"]["node"].text, node?["version"].text ?? "", manifest["engines"]["node"].text,
        ]
        return named.first { !$0.isEmpty }
    }

    private static func version(in text: String) -> String? {
        if let version = TOMLText.value(of: "node", under: "tools", in: text) { return version }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count == 1 { return words[0] }
            if words.count >= 2, ["node", "nodejs"].contains(words[0]) { return words[1] }
        }
        return nil
    }
}
