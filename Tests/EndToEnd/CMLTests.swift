import Foundation
import Testing

/// `cml` in a job: what it keeps, what it takes up, and what it sends to a forge.
struct CMLTests {
    private let png = #"printf '\211PNG\r\n\032\n0000'"#

    @Test func publishGivesImagesOfTheWorkspaceAndNoOthers() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: iterative/setup-cml@v2
                - run: |
                    \(png) > a.png; (\(png); echo b) > b.png; cp a.png ../outside.png; ln -s ../outside.png link.png
                    echo "one $(cml publish a.png)"
                    echo "two $(cml publish b.png --md --title 'A "plot"')"
                    cml asset publish a.png --md --file report.md && echo "in $(cat report.md)"
                - run: |
                    for name in ../outside.png link.png missing.png /etc/hostname; do
                      cml publish $name && echo "took $name" || echo "refused $name with $?"
                    done
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        let one = try #require(done.log.firstMatch(after: "one file://"))
        let two = try #require(done.log.firstMatch(after: "two ![](file://"))
        #expect(two.hasSuffix(#" "A 'plot'")"#), "\(two)")
        let second = try #require(two.split(separator: " ").first.map(String.init))
        #expect(one != second)
        for path in [one, second] {
            #expect(path.hasPrefix("\(site.state)/runs/1/reports/"), "\(path)")
            #expect(FileManager.default.fileExists(atPath: path), "\(path)")
        }
        #expect(done.log.contains { $0.hasPrefix("in ![](file://") })
        for name in ["../outside.png", "link.png", "missing.png", "/etc/hostname"] {
            #expect(done.log.contains("refused \(name) with 1"), "\(done.log)")
        }
    }

    @Test func reportsWithAnotherMarkAreReportsOfTheirOwn() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: iterative/setup-cml@v2
                - run: |
                    echo one > report.md; cml comment create report.md --watermark-title a
                    echo two > report.md; cml comment update report.md --watermark-title b
                    echo three > report.md; cml comment update report.md --watermark-title a
                    echo four > report.md; cml send-comment report.md
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.events.contains { $0["event"] as? String == "annotation" }, "the old name is warned of")
        let texts = try (1...3).map {
            try String(contentsOfFile: "\(site.state)/runs/1/reports/\($0)/report.md", encoding: .utf8)
        }
        #expect(texts.map { $0.trimmingCharacters(in: .newlines) } == ["three", "two", "four"])
        let view = try site.flowrun("run", "view", in: repository)
        for word in ["three", "two", "four"] { #expect(view.output.contains(word)) }
    }

    @Test func aReportOutsideOfAJobIsKeptAndTiedToItsCommit() throws {
        let site = try Site()
        let repository = try site.repository(["report.md": "### Score: 0.5\n"])
        let done = try site.flowrun("comment", "create", "report.md", in: repository)
        #expect(done.status == 0, "\(done.errors)")
        let page = try #require(done.output.firstMatch(of: /file:\/\/(.+\.html)/)).1
        #expect(page.hasPrefix(site.state) && FileManager.default.fileExists(atPath: String(page)))
        let note = try site.git("notes", "--ref", "flowrun", "show", "HEAD", in: repository)
        #expect(note.contains(page))
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
        #expect(try site.flowrun("comment", "create", "absent.md", in: repository).status == 1)
    }

    @Test func aForgeGetsTheCommentOnceAndThenItsChanges() throws {
        let site = try Site()
        let forge = try FakeHub(site)
        let repository = try site.repository(steps: comments)
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--secret",
            "TOKEN=t0k-of-the-forge",
            "--var",
            "FORGE=\(forge.address)/o/r",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        let head = try site.git("rev-parse", "HEAD", in: repository)
        let writes = try forge.writes()
        #expect(
            writes.map(\.line) == [
                "POST /api/v3/repos/o/r/commits/\(head)/comments", "PATCH /api/v3/repos/o/r/comments/1",
            ]
        )
        #expect(writes.allSatisfy { $0.authorization == "Authorization: Bearer t0k-of-the-forge" })
        #expect(writes.first?.text("body")?.contains("Score: 0.5") == true)
        #expect(writes.last?.text("body")?.contains("Score: 0.75") == true)
        #expect(done.log.filter { $0 == "\(forge.address)/comment/1" }.count == 3, "\(done.log)")
        // What a forge shows is kept here too, without the token.
        let kept = try String(contentsOfFile: "\(site.state)/runs/1/reports/1/report.md", encoding: .utf8)
        #expect(kept.contains("Score: "))
        #expect(!site.holds("t0k-of-the-forge", under: site.state) && !done.output.contains("t0k-of"))
    }

    /// Posts a report, the same once more, and then changes it.
    private let comments = """
        - uses: iterative/setup-cml@v2
        - env:
            REPO_TOKEN: ${{ secrets.TOKEN }}
            CML_REPO: ${{ vars.FORGE }}
            CML_DRIVER: github
          run: |
            echo '### Score: 0.5' > report.md
            cml comment create report.md
            cml comment create report.md
            echo '### Score: 0.75' > report.md
            cml comment update report.md
        """

    @Test func flowrunsOwnTokenIsSentToNoForge() throws {
        let site = try Site()
        let forge = try FakeHub(site)
        let repository = try site.repository(
            steps: """
                - uses: iterative/setup-cml@v2
                - env: { REPO_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }
                  run: echo report > report.md; cml comment create report.md --repo ${{ vars.FORGE }} --driver github
                """
        )
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--var",
            "FORGE=\(forge.address)/o/r",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains { $0.contains("nothing is posted") })
        #expect(try forge.requests().isEmpty)
        #expect(FileManager.default.fileExists(atPath: "\(site.state)/runs/1/reports/1/report.html"))
    }

    @Test func aReportThatItsForgeRefusesIsKeptAndTheStepFails() throws {
        let site = try Site()
        let forge = try FakeHub(site, refuses: true)
        let repository = try site.repository(steps: comments)
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--secret",
            "TOKEN=t0k-of-the-forge",
            "--var",
            "FORGE=\(forge.address)/o/r",
            in: repository
        )
        #expect(done.status == 1)
        #expect(done.log.contains { $0.hasPrefix("error:") && $0.contains("403") }, "\(done.log)")
        let kept = try String(contentsOfFile: "\(site.state)/runs/1/reports/1/report.md", encoding: .utf8)
        #expect(kept.contains("Score: 0.5"))
    }
}

extension [String] {
    /// What follows a beginning, in the first line that has it.
    fileprivate func firstMatch(after beginning: String) -> String? {
        first { $0.hasPrefix(beginning) }.map { String($0.dropFirst(beginning.count)) }
    }
}
