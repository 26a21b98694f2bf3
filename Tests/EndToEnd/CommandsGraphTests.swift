import Testing

@Suite struct CommandsGraphTests {
    private let workflow = """
        on: push
        jobs:
          deploy:
            needs: [test, lint]
            if: github.ref == 'refs/heads/"main"'
            runs-on: ubuntu-latest
            environment: production
            steps: [{run: 'true'}]
          end: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}
          test:
            needs: end
            runs-on: ubuntu-latest
            strategy: {matrix: {os: [a, b], v: [1, 2, 3], exclude: [{os: a, v: 1}]}}
            steps: [{run: 'true'}]
          lint:
            needs: end
            runs-on: ubuntu-latest
            strategy: {matrix: '${{ fromJSON(vars.rows) }}'}
            steps: [{run: 'true'}]
        """

    private func graph(_ arguments: String...) throws -> SiteResult {
        let site = try Site()
        let repository = try site.repository([".github/workflows/ci.yml": workflow + "\n"])
        return try site.start(["workflow", "graph", "ci"] + arguments, in: repository, environment: [:])
            .wait()
    }

    @Test func showsWhatWaitsForWhat() throws {
        let done = try graph()
        #expect(
            done.output == """
                end

                test ×5  after end
                lint ×?  after end

                deploy   after test, lint; if github.ref == 'refs/heads/"main"'; environment production

                """
        )
        #expect(done.status == 0)
    }

    @Test func quotesWhatUsersWroteForMermaid() throws {
        #expect(
            try graph("--format", "mermaid").output == """
                flowchart LR
                    j0["end"]
                    j1["test ×5"]
                    j0 --> j1
                    j2["lint ×?"]
                    j0 --> j2
                    j3["deploy<br/>if github.ref == 'refs/heads/#34;main#34;'<br/>environment production"]
                    j1 --> j3
                    j2 --> j3

                """
        )
    }

    @Test func quotesWhatUsersWroteForDot() throws {
        let output = try graph("--format", "dot").output
        #expect(output.hasPrefix("digraph jobs {\n    rankdir=LR\n"))
        #expect(output.contains(#""deploy" [label="deploy\nif github.ref == 'refs/heads/\"main\"'\n"#))
        #expect(output.contains("    \"lint\" -> \"deploy\"\n") && output.hasSuffix("}\n"))
    }

    private func all(_ arguments: String...) throws -> SiteResult {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/a.yml": """
            name: Train "it"
            on: { push: { branches: [main] }, schedule: [ { cron: '30 2 29 2 *', timezone: Asia/Tokyo } ] }
            jobs: { fit: { runs-on: x, steps: [ { run: e } ] }, end: { needs: fit, runs-on: x, steps: [ { run: e } ] } }

            """,
            ".github/workflows/b.yml": """
            on: { workflow_run: { workflows: ['Train "it"'], types: [completed] } }
            jobs: { ship: { runs-on: x, steps: [ { run: e } ] } }

            """,
            ".github/workflows/c.yml": "on: push\njobs: 7\n",
        ])
        return try site.start(["workflow", "graph"] + arguments, in: repository, environment: [:]).wait()
    }

    @Test func withoutAWorkflowDrawsAllWithWhatStartsThem() throws {
        let done = try all()
        let lines = done.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        try #require(lines.count == 12, "\(done.output)")
        #expect(lines[0] == "Train \"it\"  (.github/workflows/a.yml)")
        #expect(lines[1] == "on push  branches: main")
        #expect(lines[2] == "on schedule  '30 2 29 2 *' Asia/Tokyo")
        // 02:30 there is the evening before at Greenwich.
        #expect(
            lines[3].wholeMatch(of: /next \d{4}-02-29 02:30 Asia\/Tokyo \(\d{4}-02-28T17:30:00Z\)/) != nil,
            "\(lines[3])"
        )
        #expect(lines[4...6] == ["    fit", "", "    end  after fit"])
        #expect(
            lines[7...9] == [
                "", ".github/workflows/b.yml", #"on workflow_run  types: completed  after Train "it""#,
            ]
        )
        #expect(lines[10...11] == ["    ship", ""])
        #expect(done.errors == ".github/workflows/c.yml is invalid: flowrun lint says why\n")
    }

    @Test func allAreOnePictureForOtherPrograms() throws {
        let mermaid = try all("--format", "mermaid").output
        #expect(
            mermaid.hasPrefix(
                "flowchart LR\n    subgraph w0[\"Train #34;it#34;  (.github/workflows/a.yml)<br/>on push"
            )
        )
        #expect(
            mermaid.contains("        w0j0[\"fit\"]\n        w0j1[\"end\"]\n        w0j0 --> w0j1\n    end\n")
        )
        #expect(mermaid.hasSuffix("    w0 -.-> w1\n"))
        let dot = try all("--format", "dot").output
        #expect(dot.contains(#"        label="Train \"it\"  (.github/workflows/a.yml)\non push"#))
        #expect(dot.contains("        \"0/fit\" -> \"0/end\"\n"))
        #expect(
            dot.hasSuffix("    \"0/end\" -> \"1/ship\" [style=dashed, ltail=cluster_0, lhead=cluster_1]\n}\n")
        )
    }
}
