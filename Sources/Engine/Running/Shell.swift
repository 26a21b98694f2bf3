import Foundation

/// How a script of a `run` step is started, by GitHub's table of shells (semantics.md 1.24).
///
/// What is done with a `shell` that is written out, such as `bash -x {0}`, is ScriptHandler.cs of GitHub's runner.
struct Shell: Sendable {
    /// The program and its arguments; `{0}` stands for the script's path.
    var arguments: [String]
    var fileExtension = ""
    /// What stands around the script's text in its file.
    var prefix = ""
    var suffix = ""

    /// The arguments of the shells that need none to be given.
    private static let formats = [
        "bash": "--noprofile --norc -e -o pipefail {0}", "sh": "-e {0}", "python": "{0}",
        "pwsh": "-command \". '{0}'\"", "powershell": "-command \". '{0}'\"",
    ]

    private static let extensions = [
        "bash": ".sh", "sh": ".sh", "python": ".py", "pwsh": ".ps1", "powershell": ".ps1",
    ]

    /// Takes the `shell` in force, which is empty for the default one: bash, or sh where there is no bash.
    init(_ option: String, environment: [String: String]) throws(StepFailure) {
        guard !option.isEmpty else {
            arguments = [ProgramSearch.find("bash", in: environment) ?? "sh", "-e", "{0}"]
            fileExtension = ".sh"
            return
        }
        let parts = option.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let program = String(parts[0])
        let given = parts.count > 1 ? parts[1].drop(while: \.isWhitespace) : ""
        guard program != "cmd" || !given.isEmpty else {
            throw StepFailure("shell 'cmd' is Windows' own; this machine has none")
        }
        let format = given.isEmpty ? Self.formats[program] ?? "" : String(given)
        guard !program.isEmpty, let words = ShellArguments(format)?.words else {
            throw StepFailure(
                "Invalid shell option '\(option)'. Shell must be a valid built-in (bash, sh, python, pwsh) or a "
                    + "format string containing '{0}', in which other braces stand twice"
            )
        }
        arguments = [program] + words
        fileExtension = Self.extensions[program] ?? ""
        if program == "pwsh" || program == "powershell" {
            prefix = "$ErrorActionPreference = 'stop'\n"
            suffix = "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }"
        }
    }

    func command(script: String) -> [String] { arguments.map { ShellArguments.filled($0, with: script) } }
}
