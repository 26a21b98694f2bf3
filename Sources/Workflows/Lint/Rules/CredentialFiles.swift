import Expressions
import YAML

extension Rule {
    /// Secrets that are written to files and stay there.
    static let credentialFiles = Rule { inspection in
        var removals: [Int: [Substring: Int]] = [:]
        return inspection.scripts.findings { script in
            let list = script.placed.list
            return script.lines.compactMap { line, offset in
                guard line.has(">"), let file = line.writtenFile, inspection.holdsSecret(line, script)
                else { return nil }
                let removed = removals[list] ?? inspection.removedFiles(list: list)
                removals[list] = removed
                if let last = removed[file.plainPath], last >= script.placed.place { return nil }
                return inspection.finding(
                    "credential-file",
                    at: script.location,
                    range: script.range(of: String(file), in: line, offset),
                    "a secret is written to '\(file)', and nothing removes it",
                    hint: "remove the file in a step with 'if: always()', or hand the secret over in 'env'"
                )
            }
        }
    }

    /// Packages of no certain version where secrets are.
    static let adhocPackages = Rule { inspection in
        inspection.lists.indices.flatMap { list -> [Diagnostic] in
            guard inspection.readsSecrets(list: list) else { return [] }
            return inspection.places(of: "pip install", list: list).compactMap { place in
                let line = place.line
                guard !line.has("--require-hashes") else { return nil }
                return inspection.finding(
                    "adhoc-packages",
                    at: place.script.location,
                    range: place.range,
                    "what is installed here is whatever the index has today, in a job with secrets",
                    hint: "pin the requirements with hashes: 'pip install --require-hashes -r ...'",
                    severity: .note
                )
            }
        }
    }
}

extension Inspection {
    /// Whether a line prints a secret, itself or in a variable of `env`.
    fileprivate func holdsSecret(_ line: Substring, _ script: ScriptText) -> Bool {
        guard
            line.has("echo") || line.has("printf") || line.has("<<<") || line.has("cat ")
        else { return false }
        if line.has("secrets."), line.has("${{") { return true }
        let environments = environments(of: script.scope)
        return ShellLine.variables(of: line).contains { name in
            guard let value = environments.lazy.compactMap({ self.value(of: $0.tree, named: name) }).first,
                case .scalar(let template, _) = value
            else { return false }
            return template.expression?.readContexts.contains("secrets") ?? false
        }
    }

    /// The files that scripts of a list of steps remove, each with the place of the last step that does.
    fileprivate func removedFiles(list: Int) -> [Substring: Int] {
        var found: [Substring: Int] = [:]
        for script in scripts(list: list) {
            for (line, _) in script.lines where line.has("rm ") || line.has("shred ") || line.has("trap ") {
                for word in line.split(whereSeparator: { $0.isWhitespace || "\"';)(&|*".contains($0) }) {
                    found[word.plainPath] = script.placed.place
                }
            }
        }
        return found
    }
}

extension Substring {
    /// A path without the `./` before it.
    fileprivate var plainPath: Substring { hasPrefix("./") ? dropFirst(2) : self }

    /// The file that the line's output goes to; nothing for a variable such as `$GITHUB_ENV` and for a stream.
    fileprivate var writtenFile: Substring? {
        guard let arrow = lastIndex(of: ">") else { return nil }
        let file = self[index(after: arrow)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
            .prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" && $0 != ";" && $0 != ")" }
        guard let first = file.first, first != "$" || file.hasPrefix("$HOME") || file.hasPrefix("${HOME"),
            first != "&", !file.hasPrefix("/dev/"), !file.has("GITHUB_")
        else { return nil }
        return file
    }
}
