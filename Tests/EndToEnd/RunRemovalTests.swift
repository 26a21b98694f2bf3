import Foundation
import Testing

/// `flowrun run list` with its filters, `run delete` and `run prune`.
struct RunRemovalTests {
    private let site: Site
    private let repository: String

    init() throws {
        site = try Site()
        site.environment["USER"] = "ada"
        repository = try site.repository([
            ".github/workflows/good.yml":
                "name: Good\non: [push, workflow_dispatch]\njobs: { a: { runs-on: ubuntu-latest, "
                + "steps: [ { run: 'echo x > f' }, { uses: actions/upload-artifact@v4, with: { path: f } } ] } }\n",
            ".github/workflows/bad.yml":
                "on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: exit 1 } ] } }\n",
        ])
        for words in [
            ["dispatch", "good"], ["dispatch", "bad"], ["trigger", "push"], ["dispatch", "good"],
        ] {
            _ = try site.start(words, in: repository).wait(seconds: 60)
        }
    }

    private func list(_ options: String...) throws -> [Int] {
        let done = try site.start(["run", "list", "--json"] + options, in: repository).wait(seconds: 30)
        #expect(done.status == 0, "\(done.everything)")
        let runs = try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [[String: Any]]
        return (runs ?? []).compactMap { $0["id"] as? Int }
    }

    @Test func runsAreFoundByWhatTheyAre() throws {
        let commit = try site.git("rev-parse", "--short", "HEAD", in: repository)
        #expect(try list("--workflow", "good") == [4, 3, 1])
        #expect(try list("--workflow", "Good", "--event", "push") == [3])
        #expect(try list("--status", "failure") == [2])
        #expect(try list("--status", "completed", "--branch", "main", "--commit", commit) == [4, 3, 2, 1])
        #expect(try list("--branch", "other") == [])
        #expect(try list("--user", "ada") == [4, 3, 2, 1] && list("--user", "bob") == [])
        #expect(try list("--created", ">=2020-01-01", "-L", "2") == [4, 3])
        #expect(try list("--created", "2020-01-01..2020-12-31") == [])
        for odd in [["--status", "nice"], ["--created", "soon"], ["--created", "2026-02-30"]] {
            let done = try site.start(["run", "list"] + odd, in: repository).wait(seconds: 30)
            #expect(done.status == 64, "\(done.everything)")
        }
    }

    @Test func whatIsRemovedIsGone() throws {
        #expect(try site.flowrun("run", "delete", "1", "9", in: repository).status == 2)
        #expect(try list() == [4, 3, 2, 1], "none of them goes where one is unknown")
        #expect(try site.flowrun("run", "delete", "1", in: repository).status == 0)
        #expect(try list() == [4, 3, 2])
        #expect(!FileManager.default.fileExists(atPath: "\(site.state)/runs/1"))
        let nothing = try site.flowrun("run", "prune", in: repository)
        #expect(nothing.status == 2 && nothing.errors.contains("retention"), "\(nothing.everything)")
        let dry = try site.flowrun("run", "prune", "--keep", "1", "-n", in: repository)
        #expect(dry.status == 0 && dry.output.hasPrefix("3\t"), "\(dry.everything)")
        #expect(try list() == [4, 3, 2])
        try site.write(["flowrun.yaml": "retention: { keep: 1, older-than: 52w }\n"], to: repository)
        #expect(try site.flowrun("run", "prune", in: repository).status == 0)
        #expect(try list() == [4, 2])
        let artifacts = try site.flowrun("artifact", "list", in: repository).output
        #expect(artifacts.split(separator: "\n").count == 2, "\(artifacts)")
        try site.write(["flowrun.yaml": "retention: { keep: some }\n"], to: repository)
        let odd = try site.flowrun("run", "prune", in: repository)
        #expect(odd.status == 2 && odd.errors.contains("`keep` is a number"), "\(odd.everything)")
        try site.write(["flowrun.yaml": "# nothing\n"], to: repository)
        #expect(try site.flowrun("run", "prune", "--max-size", "0", in: repository).status == 0)
        #expect(try list() == [])
        #expect(site.files(in: "runs").isEmpty && site.files(in: "blobs").isEmpty)
        let next = try site.flowrun("trigger", "push", in: repository)
        #expect(next.status == 0 && next.output.contains("#4"), "numbers are not given again: \(next.output)")
    }

    @Test func aRunThatGoesOnIsNotRemoved() throws {
        let running = try site.start(
            ["trigger", "push", "--format", "json"],
            in: try site.repository(
                [
                    ".github/workflows/w.yml":
                        "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'echo up; exec sleep 600' } ] } }\n"
                ],
                named: "other"
            )
        )
        try running.waitFor("\"line\":\"up\"")
        let refused = try site.flowrun("run", "delete", "5", in: repository)
        #expect(refused.status == 2 && refused.errors.contains("has not ended"), "\(refused.everything)")
        _ = try site.flowrun("run", "prune", "--keep", "0", "--all", in: repository)
        let left = try site.flowrun("run", "list", "--all", "--json", in: repository).output
        #expect(left.contains("\"id\":5") && !left.contains("\"id\":4"), "\(left)")
        _ = try site.flowrun("run", "cancel", "5", "--force", in: repository)
        _ = try running.wait(seconds: 60)
    }
}
