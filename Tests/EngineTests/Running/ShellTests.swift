import Testing

@testable import Engine

/// Shells that are written out: GitHub's runner leaves their arguments to .NET.
struct ShellTests {
    @Test(arguments: [
        ("bash -x {0}", ["bash", "-x", "/s"], ".sh"),
        ("sh  -e\t{0}", ["sh", "-e", "/s"], ".sh"),
        ("bash ", ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "/s"], ".sh"),
        ("python3 -u {0}", ["python3", "-u", "/s"], ""),
        ("python -u {0}", ["python", "-u", "/s"], ".py"),
        ("pwsh", ["pwsh", "-command", ". '/s'"], ".ps1"),
        ("pwsh -File {0}", ["pwsh", "-File", "/s"], ".ps1"),
        (#"bash -c "echo pre; . {0}" x"#, ["bash", "-c", "echo pre; . /s", "x"], ".sh"),
        (#"x a"b c"d "" {0}"#, ["x", "ab cd", "", "/s"], ""),
        (#"x "a""b" \"q\" \\n "\\" {0}"#, ["x", #"a"b"#, #""q""#, #"\\n"#, #"\"#, "/s"], ""),
        ("x 'a b' {0}", ["x", "'a", "b'", "/s"], ""),
        ("awk {{print}} f={0};", ["awk", "{print}", "f=/s;"], ""),
    ])
    func argumentsAreCutAsOnGitHub(option: String, words: [String], fileExtension: String) throws {
        let shell = try Shell(option, environment: [:])
        #expect(shell.command(script: "/s") == words)
        #expect(shell.fileExtension == fileExtension)
        #expect(shell.prefix.isEmpty != option.hasPrefix("pwsh"))
    }

    @Test(arguments: ["bash -e", "perl", "Bash", " bash {0}", "awk {print} {0}", "x {1} {0}", "cmd"])
    func aShellWithoutAPlaceForTheScriptIsRefused(option: String) {
        #expect(throws: StepFailure.self) { try Shell(option, environment: [:]) }
    }

    @Test func thePathOfAScriptIsOneWordWhateverIsInIt() throws {
        let shell = try Shell("bash -x {0}", environment: [:])
        #expect(shell.command(script: "/a b/{0}\"") == ["bash", "-x", "/a b/{0}\""])
    }
}
