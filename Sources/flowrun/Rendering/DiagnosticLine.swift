import Store
import YAML

/// A diagnostic as one line for programs.
enum DiagnosticLine {
    /// One JSON object.
    static func json(_ diagnostic: Diagnostic) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("code", diagnostic.code)
            writer.field("column", diagnostic.location.column)
            writer.field("end_column", diagnostic.location.column + diagnostic.length)
            writer.field("file", diagnostic.location.file)
            if let hint = diagnostic.hint { writer.field("hint", hint) }
            writer.field("line", diagnostic.location.line)
            writer.field("message", diagnostic.message)
            writer.field("severity", diagnostic.severity.rawValue)
            if let fix = diagnostic.fix {
                writer.array("fix") { writer in
                    for edit in fix.edits {
                        writer.object { writer in
                            writer.field("line", edit.location.line)
                            writer.field("column", edit.location.column)
                            writer.field("end_column", edit.location.column + edit.length)
                            writer.field("text", edit.text)
                        }
                    }
                }
            }
        }
        return writer.text
    }

    /// A workflow command that makes an annotation of GitHub.
    static func annotation(_ diagnostic: Diagnostic) -> String {
        let place = diagnostic.location
        let advice = diagnostic.hint.map { "; \($0)" } ?? ""
        let properties = [
            ("file", place.file), ("line", String(place.line)), ("col", String(place.column)),
            ("endColumn", String(place.column + diagnostic.length)), ("title", diagnostic.code),
        ].map { "\($0)=\(escaped($1, isProperty: true))" }.joined(separator: ",")
        let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
        return "::\(command) \(properties)::\(escaped(diagnostic.message + advice, isProperty: false))"
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where isProperty: escaped += "%3A"
            case "," where isProperty: escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
