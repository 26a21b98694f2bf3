import Engine
import Store
import Workflows
import YAML

/// Diagnostics in the format that code scanning reads, SARIF 2.1.0.
enum SARIF {
    static func log(of diagnostics: [Diagnostic]) -> String {
        var codes: [String] = []
        for diagnostic in diagnostics where !codes.contains(diagnostic.code) { codes.append(diagnostic.code) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            writer.field("version", "2.1.0")
            writer.array("runs") { writer in
                writer.object { writer in
                    writer.object("tool") { $0.object("driver") { driver(codes, &$0) } }
                    writer.field("columnKind", "unicodeCodePoints")
                    writer.array("results") { writer in
                        for diagnostic in diagnostics {
                            writer.object {
                                result(diagnostic, codes.firstIndex(of: diagnostic.code) ?? 0, &$0)
                            }
                        }
                    }
                }
            }
        }
        return writer.text
    }

    private static func driver(_ codes: [String], _ writer: inout JSONWriter) {
        writer.field("name", "flowrun")
        writer.field("version", FlowrunVersion.text)
        writer.array("rules") { writer in
            for code in codes {
                writer.object { writer in
                    writer.field("id", code)
                    let summary = RuleCatalog.entry(of: code)?.summary ?? code
                    writer.object("shortDescription") { $0.field("text", summary) }
                }
            }
        }
    }

    private static func result(_ diagnostic: Diagnostic, _ index: Int, _ writer: inout JSONWriter) {
        writer.field("ruleId", diagnostic.code)
        writer.field("ruleIndex", index)
        writer.field("level", diagnostic.severity.rawValue)
        let advice = diagnostic.hint.map { "; \($0)" } ?? ""
        writer.object("message") { $0.field("text", diagnostic.message + advice) }
        writer.array("locations") { writer in
            writer.object { writer in
                writer.object("physicalLocation") { writer in
                    artifact(diagnostic.location.file, &writer)
                    writer.object("region") { region(diagnostic.location, diagnostic.length, &$0) }
                }
            }
        }
        guard let fix = diagnostic.fix else { return }
        writer.array("fixes") { writer in
            writer.object { writer in
                writer.array("artifactChanges") { writer in
                    writer.object { writer in
                        artifact(diagnostic.location.file, &writer)
                        writer.array("replacements") { replacements(fix, &$0) }
                    }
                }
            }
        }
    }

    private static func replacements(_ fix: Fix, _ writer: inout JSONWriter) {
        for edit in fix.edits {
            writer.object { writer in
                writer.object("deletedRegion") { region(edit.location, edit.length, &$0) }
                writer.object("insertedContent") { $0.field("text", edit.text) }
            }
        }
    }

    private static func artifact(_ file: String, _ writer: inout JSONWriter) {
        writer.object("artifactLocation") { $0.field("uri", uri(file)) }
    }

    private static func region(_ place: SourceLocation, _ length: Int, _ writer: inout JSONWriter) {
        writer.field("startLine", place.line)
        writer.field("startColumn", place.column)
        writer.field("endColumn", place.column + length)
    }

    /// A path as a reference: what may not stand in one is written as percent and number.
    private static func uri(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let hex = Array("0123456789ABCDEF")
        return path.utf8.reduce(into: "") { uri, byte in
            if plain.contains(byte) {
                uri.append(Character(UnicodeScalar(byte)))
            } else {
                uri += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
            }
        }
    }
}
