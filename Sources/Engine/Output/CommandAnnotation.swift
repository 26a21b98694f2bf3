import Foundation
import Store

extension WorkflowCommand {
    /// The longest message of an annotation, in characters.
    static let longestMessage = 4096

    /// The annotation of a `notice`, `warning` or `error` command.
    ///
    /// Places that make no sense are put right as GitHub does, or left out.
    func annotation(_ level: Annotation.Level, workspace: String) -> Annotation {
        var line = number("line")
        var endLine = number("endline")
        var column = number("col")
        var endColumn = number("endcolumn")
        if line == nil { line = endLine }
        if line == nil {
            // A column is in a line.
            column = nil
            endColumn = nil
        }
        if column == nil { column = endColumn }
        if let start = line, let end = endLine {
            // Columns are those of one line.
            if end != start {
                column = nil
                endColumn = nil
            }
            if end < start {
                line = nil
                endLine = nil
            }
        }
        if let start = column, let end = endColumn, end < start {
            column = nil
            endColumn = nil
        }
        return Annotation(
            level: level,
            message: String(data.prefix(Self.longestMessage)),
            title: text("title"),
            file: text("file").map { RepositoryPath.relative($0, to: workspace) },
            line: line,
            endLine: endLine,
            column: column,
            endColumn: endColumn
        )
    }

    private func text(_ key: String) -> String? {
        guard let value = properties[key], !value.isEmpty else { return nil }
        return value
    }

    private func number(_ key: String) -> Int? {
        properties[key].flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    }
}

/// Paths as annotations name them.
enum RepositoryPath {
    /// A path inside `workspace` relative to it; any other as it is, less a leading `./`.
    static func relative(_ path: String, to workspace: String) -> String {
        let folder = workspace.hasSuffix("/") ? workspace : workspace + "/"
        if folder.count > 1, path.hasPrefix(folder) { return String(path.dropFirst(folder.count)) }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }
}
