import ArgumentParser
import Engine
import Foundation
import Workflows
import YAML

struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check workflow and action files.",
        discussion: """
            Without a PATH, the workflows of the current folder's repository as they lie in the working tree. A folder stands for
            the workflow files in it, '-' for standard input.

            EXAMPLES
              flowrun lint
              flowrun lint .github/workflows/ci.yaml action.yml
              git show HEAD:.github/workflows/ci.yaml | flowrun lint -
              flowrun lint --format json
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github }

    @Argument(help: "Files, folders, or - for standard input.")
    var paths: [String] = []

    @Option(help: "text, json (one object per line), or github (annotations).")
    var format = Format.text

    func run() throws {
        let root = try Surroundings().repositoryPath() ?? FileManager.default.currentDirectoryPath
        var hasError = false
        var count = 0
        for file in try files() {
            let diagnostics = lint(file.text, file: file.path, called: CalledFiles(root: root).find)
            count += diagnostics.count
            hasError = hasError || diagnostics.contains { $0.severity == .error }
            for diagnostic in diagnostics { show(diagnostic, source: file.text) }
        }
        if hasError { throw CommandEnd(.runFailed) }
        if count == 0, format == .text, Console.outputIsTerminal { Console.complain("no faults found") }
    }

    private func files() throws -> [(path: String, text: String)] {
        let wanted = paths.isEmpty ? [try defaultFolder()] : paths
        var files: [(path: String, text: String)] = []
        for path in wanted {
            if path == "-" {
                let data = FileHandle.standardInput.readDataToEndOfFile()
                files.append(("<stdin>", String(decoding: data, as: UTF8.self)))
                continue
            }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandEnd(.nothingStarted, "error: there is no file or folder `\(path)`")
            }
            if isFolder.boolValue {
                let folder = WorkflowFiles.folders.map { "\(path)/\($0)" }.first { Self.isFolder($0) } ?? path
                let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                for name in names where name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
                    files.append(try read("\(folder)/\(name)"))
                }
            } else {
                files.append(try read(path))
            }
        }
        return files
    }

    private func read(_ path: String) throws -> (path: String, text: String) {
        // Its size is known before it is read in: nothing over the language's limit is.
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= 16 << 20 else {
            throw CommandEnd(.runFailed, "\(path):1:1: error: the file is larger than 1 MiB [too-large]")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandEnd(.nothingStarted, "error: `\(path)` cannot be read")
        }
        let shown = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return (shown, String(decoding: data, as: UTF8.self))
    }

    private func defaultFolder() throws -> String {
        let root = try Surroundings().repositoryPath() ?? "."
        for folder in WorkflowFiles.folders where Self.isFolder("\(root)/\(folder)") {
            return root == FileManager.default.currentDirectoryPath ? folder : "\(root)/\(folder)"
        }
        throw CommandEnd(
            .nothingStarted,
            "error: there is none of \(WorkflowFiles.folders.joined(separator: ", ")) here; name a file or folder"
        )
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private func show(_ diagnostic: Diagnostic, source: String) {
        switch format {
        case .text:
            Console.print(diagnostic.rendered(source: source))
        case .json:
            Console.print(DiagnosticJSON.line(diagnostic))
        case .github:
            let place = diagnostic.location
            let message = diagnostic.message.replacing("%", with: "%25").replacing("\n", with: "%0A")
            Console.print(
                "::\(diagnostic.severity.rawValue) file=\(place.file),line=\(place.line),col=\(place.column),"
                    + "title=\(diagnostic.code)::\(message)"
            )
        }
    }
}

/// The workflows that a file calls by path, as they lie in the working tree.
private struct CalledFiles {
    let root: String

    func find(_ uses: String) -> CalledWorkflows.Found {
        guard uses.hasPrefix("./") || uses.hasPrefix("$/") else { return .elsewhere }
        let path = String(uses.dropFirst(2))
        for folder in [FileManager.default.currentDirectoryPath, root] {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            return .found(WorkflowReader.read(String(decoding: data, as: UTF8.self), file: path))
        }
        return .missing
    }
}

/// A diagnostic as one JSON object.
enum DiagnosticJSON {
    private struct Shape: Encodable {
        var file: String
        var line: Int
        var column: Int
        var severity: String
        var code: String
        var message: String
        var hint: String?
    }

    static func line(_ diagnostic: Diagnostic) -> String {
        let shape = Shape(
            file: diagnostic.location.file,
            line: diagnostic.location.line,
            column: diagnostic.location.column,
            severity: diagnostic.severity.rawValue,
            code: diagnostic.code,
            message: diagnostic.message,
            hint: diagnostic.hint
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text and numbers always encode.
        return (try? encoder.encode(shape)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
