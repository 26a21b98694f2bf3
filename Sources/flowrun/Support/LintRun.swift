import Foundation
import Workflows
import YAML

/// What `lint` does: it is started from the parsed command line, and without that where there are paths alone.
struct LintRun {
    var paths: [String]
    var format = Lint.Format.text
    var all = false
    /// Only warnings and notes with these codes.
    var codes: Set<String>?
    var fix = false
    var stdinName = Self.stdin

    static let stdin = "<stdin>"

    func run() throws {
        let root = LintFiles.root(around: FileManager.default.currentDirectoryPath)
        let neighbours = NeighbourFiles(root: root)
        var found: [Diagnostic] = []
        var texts: [String: String] = [:]
        let files = try LintFiles(root: root, stdinName: stdinName).files(of: paths)
        for (var file, var diagnostics) in zip(files, checkAll(files, neighbours)) {
            if fix, let mended = LintFix.mend(file.text, diagnostics, { check($0, file.path, neighbours) }) {
                try LintFix.write(mended.text, to: file.path)
                (file.text, diagnostics) = (mended.text, mended.left)
                Console.complain("\(file.path): mended \(Words.count(mended.count, "fault"))")
            }
            found += diagnostics
            if format == .text, !diagnostics.isEmpty { texts[file.path] = file.text }
        }
        show(found) { texts[$0] ?? neighbours.text($0) }
        if found.contains(where: { $0.severity == .error }) { throw CommandEnd(.runFailed) }
        if found.isEmpty, format == .text, Console.outputIsTerminal { Console.complain("no faults found") }
    }

    /// The diagnostics of each file, in order; several files are checked at a time where that is worth it.
    private func checkAll(_ files: [LintFiles.File], _ neighbours: NeighbourFiles) -> [[Diagnostic]] {
        guard files.count > Self.fewFiles else {
            return files.map { check($0.text, $0.path, neighbours) }
        }
        var found = [[Diagnostic]](repeating: [], count: files.count)
        found.withUnsafeMutableBufferPointer { found in
            // Each place is written by the one that checks its file, and read when all are done.
            nonisolated(unsafe) let found = found
            DispatchQueue.concurrentPerform(iterations: files.count) { index in
                found[index] = check(files[index].text, files[index].path, neighbours)
            }
        }
        return found
    }

    /// So many are checked before other threads would have begun.
    private static let fewFiles = 3

    private func check(_ text: String, _ path: String, _ neighbours: NeighbourFiles) -> [Diagnostic] {
        let found = lint(
            text,
            file: path,
            notes: all || codes != nil,
            called: neighbours.workflow,
            actions: neighbours.action
        )
        guard let codes else { return found }
        return found.filter { $0.severity == .error || codes.contains($0.code) }
    }

    /// Prints the diagnostics; `text` gives the text of a file, which a called one may be as well.
    private func show(_ found: [Diagnostic], text: (String) -> String?) {
        let lines: [String]
        switch format {
        case .text:
            var sources: [String: SourceText?] = [:]
            lines = found.map { diagnostic in
                let file = diagnostic.location.file
                let source = sources[file] ?? text(file).map { SourceText($0) }
                sources[file] = .some(source)
                return diagnostic.rendered(in: source)
            }
        case .json: lines = found.map(DiagnosticLine.json)
        case .github: lines = found.map(DiagnosticLine.annotation)
        case .sarif: lines = [SARIF.log(of: found)]
        }
        if !lines.isEmpty { Console.print(lines.joined(separator: "\n")) }
    }
}
