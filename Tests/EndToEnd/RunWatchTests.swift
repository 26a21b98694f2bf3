import Foundation
import Testing

/// `flowrun run watch` and `run logs --follow`, from another process than the one that runs.
struct RunWatchTests {
    private let site: Site
    private let repository: String
    private var go: String { "\(site.folder)/go" }

    init() throws {
        site = try Site()
        site.environment["GO"] = "\(site.folder)/go"
        repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - { name: first, run: 'echo one; echo "::warning::careful"' }
                      - { name: beside, background: true, id: b, run: 'echo from beside; until test -e "$GO"; do sleep 0.05; done' }
                      - { name: long, run: 'echo up; until test -e "$GO"; do sleep 0.05; done; printf "no newline"' }
                      - { wait: b }
                      - { name: last, run: 'echo two; exit 3' }
                  never: { needs: a, runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                """
        )
    }

    /// The events of a `--format json` without their times, the moments of lines left out.
    private func facts(_ result: SiteResult) -> [String] {
        result.output.split(separator: "\n").compactMap { line in
            guard let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let kind = event["event"] as? String, kind != "log"
            else { return nil }
            let job = (event["job"] as? [String: Any])?["name"] as? String ?? ""
            let step = (event["step"] as? [String: Any])?["name"] as? String ?? ""
            return "\(kind) \(job) \(step)"
        }
    }

    @Test func aWatcherSeesWhatTheRunnerShows() throws {
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let watching = try site.start(["run", "watch", "--format", "json"], in: repository)
        let following = try site.start(["run", "logs", "--follow"], in: repository)
        try watching.waitFor("\"line\":\"up\"")
        try following.waitFor("a | up")
        try site.write(["go": ""], to: site.folder)
        let (ran, watched) = (try running.wait(seconds: 60), try watching.wait(seconds: 60))
        #expect(ran.status == 1 && watched.status == 1, "\(watched.everything)")
        #expect(facts(ran).sorted() == facts(watched).sorted(), "\(watched.everything)")
        #expect(ran.log.sorted() == watched.log.sorted(), "\(watched.log)")
        #expect(watched.runs.first?["conclusion"] as? String == "failure")
        let followed = try following.wait(seconds: 60)
        #expect(followed.status == 0, "\(followed.everything)")
        for line in ["a | one", "a | from beside", "a | no newline", "a | two"] {
            #expect(followed.output.split(separator: "\n").contains(Substring(line)), "\(followed.output)")
        }
        // A run that has ended is shown as it went.
        let late = try site.flowrun("run", "watch", "1", in: repository)
        #expect(late.status == 1 && late.output.contains("| no newline"), "\(late.everything)")
        #expect(late.output.contains("never"), "\(late.output)")
    }

    @Test func aRunWhoseProcessDiesEndsForTheWatcherToo() throws {
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let watching = try site.start(["run", "watch"], in: repository)
        try watching.waitFor("| up")
        kill(running.pid, SIGKILL)
        _ = try running.wait(seconds: 10)
        let watched = try watching.wait(seconds: 30)
        #expect(watched.status == 1 && watched.output.contains("failed"), "\(watched.everything)")
        #expect(site.leftovers().isEmpty)
    }

    @Test func anInterruptEndsTheWatchingAlone() throws {
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let watching = try site.start(["run", "watch"], in: repository)
        try watching.waitFor("| up")
        kill(watching.pid, SIGINT)
        #expect(try watching.wait(seconds: 10).status == 130)
        try site.write(["go": ""], to: site.folder)
        #expect(try running.wait(seconds: 60).log.contains("two"))
    }

    /// So long a process has worked, in hundredths of a second.
    private func work(of pid: Int32) throws -> Int {
        let text = try site.text(of: "/proc/\(pid)/stat")
        let fields = text.split(separator: ")").last?.split(separator: " ").map { Int($0) ?? 0 } ?? []
        try #require(fields.count > 12)
        return fields[11] + fields[12]
    }

    @Test(
        "watching a large run in which nothing happens costs next to nothing, and misses nothing of what comes then"
    )
    func aQuietRunIsCheap() throws {
        let rows = (1...150).map(String.init).joined(separator: ", ")
        let many = try site.repository(
            [
                ".github/workflows/w.yml": """
                on: push
                jobs:
                  m:
                    runs-on: ubuntu-latest
                    strategy: { max-parallel: 1, matrix: { n: [\(rows)] } }
                    steps: [ { run: 'echo up; until test -e "$GO"; do sleep 0.05; done; exit 1' } ]
                """
            ],
            named: "many"
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: many)
        try running.waitFor("\"line\":\"up\"")
        let watching = try site.start(["run", "watch", "--format", "json"], in: many)
        try watching.waitFor("\"line\":\"up\"")
        let before = try work(of: watching.pid)
        usleep(4_000_000)
        let spent = try work(of: watching.pid) - before
        try site.write(["go": ""], to: site.folder)
        let (ran, watched) = (try running.wait(seconds: 60), try watching.wait(seconds: 60))
        #expect(ran.status == 1 && watched.status == 1, "\(watched.everything)")
        #expect(facts(ran).sorted() == facts(watched).sorted())
        #expect(spent < 12, "\(spent) hundredths of a second")
    }
}
