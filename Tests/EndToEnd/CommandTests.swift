import Foundation
import Testing

/// Commands as people and scripts use them: output and exit status.
struct CommandTests {
    @Test func nothingStartsWithoutARepositoryCommitOrWorkflow() throws {
        let site = try Site()
        let none = try site.flowrun("trigger", "push", in: site.folder)
        #expect(none.status == 2 && none.errors.contains("not in a git repository"))
        try site.git("init", "-q", "empty", in: site.folder)
        let empty = try site.flowrun("trigger", "push", in: "\(site.folder)/empty")
        #expect(empty.status == 2 && empty.errors.contains("no commit"))
        let repository = try site.repository(["readme": "x"])
        let unknown = try site.flowrun("dispatch", "nothing", in: repository)
        #expect(unknown.status == 2 && unknown.errors.contains("there is no workflow `nothing`"))
        #expect(try site.flowrun("trigger", "push", in: repository).status == 0)
    }

    @Test func aWrongCommandLineIs64() throws {
        let site = try Site()
        #expect(try site.flowrun("dispatch", in: site.folder).status == 64)
        #expect(try site.flowrun("trigger", "push", "--no-such-option", in: site.folder).status == 64)
    }

    @Test(arguments: [
        ["dispatch"], ["trigger"], ["run"], ["workflow"], ["lint"], ["eval"], ["secret"], ["variable"],
        ["comment"], ["cml"],
        ["init"], ["cloud"], ["doctor"], ["lock"],
    ])
    func helpHasExamples(_ command: [String]) throws {
        let site = try Site()
        let help = try site.start(command + ["--help"], in: site.folder).wait()
        #expect(help.status == 0 && help.output.contains("EXAMPLES"))
    }

    @Test func anInvalidWorkflowStartsNothingAndNamesAllFaults() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/w.yml":
                "on: push\nflavour: sweet\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo hi\n        colour: red\n"
        ])
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(done.status == 2 && done.output.isEmpty)
        #expect(done.errors.contains("w.yml:2:1: error:") && done.errors.contains("w.yml:8:9: error:"))
        #expect(try site.flowrun("lint", in: repository).status == 1)
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
    }

    @Test func whatCannotRunYetIsRefusedByName() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- uses: docker://alpine")
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(
            done.status == 2 && done.errors.contains("container actions") && done.errors.contains("w.yml:6:")
        )
    }

    @Test func runsAreListedViewedAndTheirLogsShown() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: echo one\n- name: breaks\n  run: echo two; exit 3\n- run: echo three"
        )
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        let listed = try site.flowrun("run", "list", "--json", in: repository)
        #expect(
            listed.output.contains("\"run_number\":1") && listed.output.contains("\"conclusion\":\"failure\"")
        )
        let view = try site.flowrun("run", "view", in: repository)
        #expect(
            view.output.contains("✗ breaks") && view.output.contains("Process completed with exit code 3.")
        )
        let log = try site.flowrun("run", "logs", "--failed", in: repository)
        #expect(log.output.contains("two") && !log.output.contains("one"))
        #expect(try site.flowrun("run", "view", "99", in: repository).status == 2)
    }

    @Test func variablesAndSecretsReachRuns() throws {
        let site = try Site()
        let repository = try site.repository(
            steps:
                "- run: 'echo \"${{ vars.REGION }}|${{ vars.ONE }}|$GIVEN|${{ secrets.NONE }}|\"'\n- run: 'test \"${{ secrets.KEY }}\" = k-12345'"
        )
        #expect(try site.flowrun("variable", "set", "REGION", "north", in: repository).status == 0)
        #expect(try site.flowrun("variable", "get", "region", in: repository).output == "north\n")
        try site.write(["vars.env": "# more\nexport ONE='1 2'\n", "key.txt": "k-12345"], to: site.folder)
        #expect(
            try site.flowrun("secret", "set", "KEY", "--from-file", "\(site.folder)/key.txt", in: repository)
                .status == 0
        )
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--var-file",
            "\(site.folder)/vars.env",
            "--env",
            "GIVEN=x",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("north|1 2|x||"))
        #expect(try site.flowrun("secret", "delete", "KEY", in: repository).status == 0)
        #expect(
            try site.flowrun("trigger", "push", "--var-file", "\(site.folder)/vars.env", in: repository)
                .status == 1
        )
    }

    @Test func aDryRunPrintsThePlanAndRunsNothing() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/w.yml":
                "name: W\non: push\njobs:\n  t: { runs-on: ubuntu-latest, strategy: { matrix: { v: [1, 2] } }, steps: [ { run: exit 1 } ] }\n  d: { needs: t, if: \"needs.t.result == 'success'\", runs-on: ubuntu-latest, steps: [ { run: exit 1 } ] }\n"
        ])
        let plan = try site.flowrun("trigger", "push", "-n", "--format", "json", in: repository)
        #expect(plan.status == 0)
        #expect(
            plan.output.contains(
                "{\"event\":\"plan\",\"workflow\":{\"name\":\"W\",\"path\":\".github/workflows/w.yml\"}"
            )
        )
        #expect(
            plan.output.contains("\"name\":\"t (2)\"") && plan.output.contains("\"condition\":\"unknown\"")
        )
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
    }

    @Test func workflowsAreListedWithTheirNextFires() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/n.yaml":
                "name: Nightly\non: { schedule: [ { cron: '0 */6 * * *' } ] }\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        ])
        let listed = try site.flowrun("workflow", "list", "--json", in: repository)
        #expect(listed.output.contains("\"cron\":\"0 */6 * * *\"") && listed.output.contains(":00:00Z"))
        let view = try site.flowrun("workflow", "view", "nightly", in: repository)
        #expect(view.output.contains("on schedule") && view.output.contains("job a"))
    }

    @Test func theRepositorysConfigurationCounts() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        try site.write(["flowrun.yaml": "format: json\nmax-parallel: none\n"], to: repository)
        let wrong = try site.flowrun("trigger", "push", in: repository)
        #expect(wrong.status == 2 && wrong.errors.contains("flowrun.yaml:2:15: error:"))
        try site.write(["flowrun.yaml": "format: json\n"], to: repository)
        #expect(try site.flowrun("trigger", "push", in: repository).runs.count == 1)
    }

    @Test func expressionsAreEvaluated() throws {
        let site = try Site()
        #expect(try site.flowrun("eval", "format('{0}-{1}', 'a', 1)", in: site.folder).output == "\"a-1\"\n")
        #expect(
            try site.flowrun("eval", "--status", "failure", "failure()", in: site.folder).output == "true\n"
        )
        let wrong = try site.flowrun("eval", "1 +", in: site.folder)
        #expect(wrong.status == 2 && wrong.errors.contains("^"))
    }

    @Test func theMinimalProjectRuns() throws {
        let site = try Site()
        #expect(try site.flowrun("init", "mini", "--template", "minimal", in: site.folder).status == 0)
        #expect(try site.flowrun("trigger", "push", in: "\(site.folder)/mini").status == 0)
    }

    @Test func theLocalCloudComesBackAfterACrash() throws {
        let site = try Site()
        let up = try site.flowrun("cloud", "up", in: site.folder)
        #expect(up.status == 0, "\(up.errors)")
        let status = try site.flowrun("cloud", "status", in: site.folder)
        let pid = try #require(status.output.firstMatch(of: /process (\d+)/).flatMap { Int32($0.1) })
        kill(pid, SIGKILL)
        let again = try site.flowrun("cloud", "up", in: site.folder)
        #expect(again.output == up.output, "at the same address")
        #expect(try site.flowrun("cloud", "down", in: site.folder).status == 0)
        #expect(try site.flowrun("cloud", "status", in: site.folder).status == 1)
    }

    @Test func aRealKeyIsNeverBesideTheLocalCloud() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: 'echo \"emulator [$STORAGE_EMULATOR_HOST]\"'")
        let local = try site.flowrun(
            "trigger",
            "push",
            "--secrets",
            "local",
            "--format",
            "json",
            in: repository
        )
        #expect(local.log.contains { $0.hasPrefix("emulator [http://127.0.0.1:") }, "\(local.errors)")
        let key =
            #"{"type":"service_account","private_key":"x","token_uri":"https://oauth2.googleapis.com/token"}"#
        let real = try site.flowrun(
            "trigger",
            "push",
            "--secrets",
            "local",
            "--secret",
            "SERVICE_ACCOUNT_KEY=\(key)",
            "--format",
            "json",
            in: repository
        )
        #expect(real.log.contains("emulator []"))
    }

    @Test func reportsAreKeptAndChangedInPlace() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: iterative/setup-cml@v2
                - run: |
                    printf '### Score: 0.5\\n![](a.png) ![](../outside.png) ![](link.png)\\n' > report.md
                    printf '\\211PNG\\r\\n\\032\\n0000' > a.png; cp a.png ../outside.png; ln -s /etc/hostname link.png
                    cml comment create report.md --watermark-title nightly
                - run: |
                    echo '### Score: 0.75' > report.md
                    cml comment update report.md --watermark-title nightly
                    cml send-comment missing.md
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1, "a missing report ends the step")
        let folders = try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/runs/1/reports")
        #expect(folders == ["1"], "the update changed the first report")
        let text = try String(contentsOfFile: "\(site.state)/runs/1/reports/1/report.md", encoding: .utf8)
        #expect(text.contains("0.75"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/runs/1/reports/1/images").count
                == 1
        )
        #expect(done.log.contains { $0.contains("warning") && $0.contains("outside.png") }, "\(done.log)")
        #expect(
            try site.git("notes", "--ref", "flowrun", "show", "HEAD", in: repository).contains("Score: 0.75")
        )
    }
}
