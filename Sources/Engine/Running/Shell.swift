import Foundation

/// How a script of a `run` step is started, by GitHub's table of shells (semantics.md 1.24).
struct Shell: Sendable {
    /// The program and its arguments; `{0}` stands for the script's path.
    var arguments: [String]
    var fileExtension: String
    /// What stands around the script's text in its file.
    var prefix = ""
    var suffix = ""

    /// Takes the `shell` in force, which is empty for the default one: bash, or sh where there is no bash.
    init(_ name: String, environment: [String: String]) throws(StepFailure) {
        switch name {
        case "":
            arguments = [ProgramSearch.find("bash", in: environment) ?? "sh", "-e", "{0}"]
            fileExtension = ".sh"
        case "bash":
            arguments = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"]
            fileExtension = ".sh"
        case "sh":
            arguments = ["sh", "-e", "{0}"]
            fileExtension = ".sh"
        case "python":
            arguments = ["python", "{0}"]
            fileExtension = ".py"
        case "pwsh", "powershell":
            arguments = [name, "-command", ". '{0}'"]
            fileExtension = ".ps1"
            prefix = "$ErrorActionPreference = 'stop'\n"
            suffix = "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }"
        case "cmd":
            throw StepFailure("shell 'cmd' is Windows' own; this machine has none")
        default:
            let words = name.split(separator: " ").map(String.init)
            guard words.count > 1, words.dropFirst().contains(where: { $0.contains("{0}") }) else {
                throw StepFailure(
                    "Invalid shell option '\(name)'. Shell must be a valid built-in (bash, sh, python, pwsh) or a "
                        + "format string containing '{0}'"
                )
            }
            arguments = words
            fileExtension = ""
        }
    }

    func command(script: String) -> [String] {
        arguments.map { $0 == "{0}" ? script : $0.replacing("{0}", with: script) }
    }
}
