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
            Without a PATH, the workflows and actions of the current folder's repository as they lie in the working tree. A folder
            stands for the files of that kind in it, '-' for standard input.

            Errors are what GitHub refuses; they alone make the exit status 1. Warnings are what it takes, but what hardly does what
            was meant, or is not safe. --all adds notes: stricter rules, such as every action at a full commit id. A comment
            '# flowrun: ignore[CODE]' on the line, or above it, silences a warning.

            EXAMPLES
              flowrun lint
              flowrun lint .github/workflows/ci.yaml action.yml
              flowrun lint --all --rules unpinned-uses,artipacked
              flowrun lint --fix
              git show HEAD:.github/workflows/ci.yaml | flowrun lint -
              flowrun lint --format sarif > lint.sarif
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif, github }

    @Argument(help: "Files, folders, or - for standard input.", completion: .yaml)
    var paths: [String] = []

    @Option(help: "text, json (one object per line), sarif (2.1.0), or github (annotations).")
    var format = Format.text

    @Flag(help: "Notes too, not only errors and warnings.")
    var all = false

    @Option(
        help: "Only warnings and notes with these codes, with commas between them; errors always come.",
        completion: .rules
    )
    var rules: String?

    @Flag(help: "Mend in the files what can be mended for certain, then check again.")
    var fix = false

    @Option(help: ArgumentHelp("What to call standard input, such as action.yml.", valueName: "path"))
    var stdinName = "<stdin>"

    func validate() throws {
        if fix, paths.contains("-") {
            throw ValidationError("--fix changes files, so it cannot be used with standard input")
        }
        for code in codes ?? [] where RuleCatalog.entry(of: code) == nil {
            let hint = RuleCatalog.nearest(to: code).map { "; did you mean '\($0)'?" } ?? ""
            throw ValidationError("there is no rule '\(code)'\(hint)")
        }
    }

    func run() throws {
        let root = LintFiles.root(around: FileManager.default.currentDirectoryPath)
        let neighbours = NeighbourFiles(root: root)
        var found: [Diagnostic] = []
        var texts: [String: String] = [:]
        for var file in try LintFiles(root: root, stdinName: stdinName).files(of: paths) {
            var diagnostics = check(file.text, file.path, neighbours)
            if fix, let mended = LintFix.mend(file.text, diagnostics, { check($0, file.path, neighbours) }) {
                try LintFix.write(mended.text, to: file.path)
                (file.text, diagnostics) = (mended.text, mended.left)
                Console.complain(
                    "\(file.path): mended \(mended.count == 1 ? "1 fault" : "\(mended.count) faults")"
                )
            }
            found += diagnostics
            if format == .text, !diagnostics.isEmpty { texts[file.path] = file.text }
        }
        show(found) { texts[$0] ?? neighbours.text($0) }
        if found.contains(where: { $0.severity == .error }) { throw CommandEnd(.runFailed) }
        if found.isEmpty, format == .text, Console.outputIsTerminal { Console.complain("no faults found") }
    }

    private var codes: Set<String>? {
        rules.map { Set($0.split { $0 == "," || $0 == " " }.map(String.init)) }
    }

    private func check(_ text: String, _ path: String, _ neighbours: NeighbourFiles) -> [Diagnostic] {
        let codes = codes
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
