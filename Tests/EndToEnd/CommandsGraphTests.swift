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
}
