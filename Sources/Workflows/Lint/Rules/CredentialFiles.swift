import Expressions
import YAML

extension Rule {
    /// Secrets that are written to files and stay there.
    static let credentialFiles = Rule { inspection in
        inspection.scripts.flatMap { script -> [Diagnostic] in
            script.lines.compactMap { line, offset in
                guard line.has(">"), let file = line.writtenFile,
                    inspection.holdsSecret(line, script), !inspection.removes(file, after: script)
                else { return nil }
                return inspection.finding(
                    "credential-file",
                    at: script.location,
                    range: script.range(of: file, in: line, offset),
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

    /// Whether this script or a later step of the job removes the file.
    fileprivate func removes(_ file: String, after script: ScriptText) -> Bool {
        scripts(list: script.placed.list).contains { other in
            other.placed.place >= script.placed.place
                && other.lines.contains { line, _ in
                    (line.has("rm ") || line.has("shred ") || line.has("trap "))
                        && line.has(file)
                }
        }
    }
}

extension Substring {
    /// The file that the line's output goes to; nothing for a variable such as `$GITHUB_ENV` and for a stream.
    fileprivate var writtenFile: String? {
        guard let arrow = lastIndex(of: ">") else { return nil }
        let file = self[index(after: arrow)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
            .prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" && $0 != ";" && $0 != ")" }
        guard let first = file.first, first != "$" || file.hasPrefix("$HOME") || file.hasPrefix("${HOME"),
            first != "&", !file.hasPrefix("/dev/"), !file.has("GITHUB_")
        else { return nil }
        return String(file)
    }
}
