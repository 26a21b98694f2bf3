import ArgumentParser
import Workflows

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
    var stdinName = LintRun.stdin

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
        let lint = LintRun(
            paths: paths,
            format: format,
            all: all,
            codes: codes,
            fix: fix,
            stdinName: stdinName
        )
        try lint.run()
    }

    private var codes: Set<String>? {
        rules.map { Set($0.split { $0 == "," || $0 == " " }.map(String.init)) }
    }
}
