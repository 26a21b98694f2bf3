import Foundation
import Testing

/// Secrets that a command gives, each time that a run needs them.
struct SecretCommandTests {
    @Test("a secret comes from a command, is masked, and is nowhere in the state")
    func asks() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- { env: { S: '${{ secrets.WORD }}' }, run: 'echo \"$S ${#S}\"' }"
        )
        try site.write(["keeper": "open-sesame-1\n"], to: site.folder)
        let set = try site.flowrun(
            "secret",
            "set",
            "WORD",
            "--command",
            "cat '\(site.folder)/keeper'",
            in: repository
        )
        #expect(set.status == 0, "\(set.everything)")
        let ran = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(ran.status == 0 && ran.log.contains("*** 13"), "\(ran.everything)")
        try site.write(["keeper": "open-sesame-22\n"], to: site.folder)
        #expect(
            try site.flowrun("trigger", "push", "--format", "json", in: repository).log.contains("*** 14")
        )
        #expect(!site.holds("open-sesame", under: site.state))
        #expect(!site.holds("keeper", under: site.state))
    }

    @Test(
        "a command that fails or prints nothing starts no run, and nothing of it is told",
        arguments: [
            ("echo sesame-street; exit 4", "ended with exit code 4"), ("true", "printed nothing"),
            ("kill -9 $$", "ended with a signal"),
        ]
    )
    func fails(command: String, reason: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: 'true'")
        try site.flowrun("secret", "set", "WORD", "--command", command, in: repository)
        let ran = try site.flowrun("trigger", "push", in: repository)
        #expect(
            ran.status == 2 && ran.errors.contains("the command for secret `WORD` \(reason)"),
            "\(ran.everything)"
        )
        #expect(!ran.everything.contains("sesame"))
    }
}
