import Foundation
import Testing

/// What runs and killed processes leave behind: nothing, at the latest once the next command has looked.
struct FaultsLeftoverTests {
    private func names(_ folder: String, of site: Site) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(site.state)/\(folder)")) ?? []
        return names.filter { !$0.hasSuffix(".lock") }.sorted()
    }

    private let waiting = "- run: 'echo up; until test -e \"$GO\"; do sleep 0.02; done'"

    private func start(_ go: String, _ site: Site, in repository: String) throws -> SiteProcess {
        let running = try site.start(
            ["trigger", "push", "--worktree", "--format", "json", "--env", "GO=\(site.folder)/\(go)"],
            in: repository
        )
        try running.waitFor("\"line\":\"up\"")
        return running
    }

    @Test func whatAKilledRunLeftIsRemovedAndWhatALivingOneNeedsIsNot() throws {
        let site = try Site()
        let repository = try site.repository(steps: waiting)
        let living = try start("go", site, in: repository)
        let (kept, place) = (names("snapshots", of: site), names("work", of: site))
        #expect(kept.count == 1 && place == ["1"])
        let killed = try start("never", site, in: repository)
        #expect(names("snapshots", of: site).count == 2)
        killed.signal(SIGKILL)
        try killed.wait()
        #expect(names("snapshots", of: site).count == 2 && names("work", of: site).count == 2)
        #expect(try site.flowrun("run", "list", in: repository).status == 0)
        #expect(names("snapshots", of: site) == kept && names("work", of: site) == place)
        try site.write(["go": ""], to: site.folder)
        #expect(try living.wait(seconds: 60).status == 0)
        #expect(names("snapshots", of: site).isEmpty && site.files(in: "work").isEmpty)
        #expect(site.leftovers().isEmpty)
    }

    @Test func aHalfFetchedActionIsRemovedOnceNobodyFetchesIt() throws {
        let site = try Site()
        let server = try SilentServer(site)
        // Where a branch or tag leads would be asked before there is a folder.
        let commit = String(repeating: "ab", count: 20)
        let repository = try site.repository(steps: "- uses: some/action@\(commit)")
        let arguments = [
            "trigger", "push", "--actions-source", "http://127.0.0.1:\(server.port)/{owner}/{repo}",
        ]
        let living = try site.start(arguments, in: repository)
        try server.process.waitFor("asked")
        let kept = names("cache/actions", of: site)
        #expect(kept.count == 1)
        let killed = try site.start(arguments, in: repository)
        try server.process.waitFor("asked\nasked")
        killed.signal(SIGKILL)
        try killed.wait()
        #expect(names("cache/actions", of: site).count == 2)
        #expect(try site.flowrun("run", "list", in: repository).status == 0)
        #expect(names("cache/actions", of: site) == kept)
        living.signal(SIGINT)
        #expect(try living.wait(seconds: 60).status == 130)
        #expect(try site.flowrun("run", "list", in: repository).status == 0)
        #expect(names("cache/actions", of: site).isEmpty)
    }

    @Test func theSnapshotOfTheWorkingFolderGoesWithItsRun() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: 'echo up; exit $CODE'")
        func run(_ arguments: String...) throws -> Int32 {
            try site.start(["trigger", "push", "--worktree"] + arguments, in: repository).wait(seconds: 60)
                .status
        }
        #expect(try run("--env", "CODE=0") == 0)
        #expect(try run("--env", "CODE=1") == 1)
        #expect(try run("-n") == 0)
        try site.write([".github/workflows/w.yml": "on: push\njobs: 7\n"], to: repository)
        #expect(try run() == 2)
        #expect(names("snapshots", of: site).isEmpty)
        try site.git("checkout", "-q", ".", in: repository)
        try site.write(
            [
                ".github/workflows/v.yml":
                    "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'trap \"\" INT; echo up; sleep 60' } ] } }\n"
            ],
            to: repository
        )
        let running = try site.start(
            ["trigger", "push", "--worktree", "--env", "CODE=0", "--format", "json"],
            in: repository
        )
        try running.waitFor("\"line\":\"up\"")
        for _ in 1...2 {
            running.signal(SIGINT)
            usleep(200_000)
        }
        #expect(try running.wait(seconds: 60).status == 130)
        #expect(names("snapshots", of: site).isEmpty)
    }

    /// Starts a process that has nothing of its job any more: no variable, no session, no folder, no parent, no output.
    private static func daemon(_ file: String) -> String {
        "(cd /; exec env -i /usr/bin/setsid /bin/sh -c 'echo $$ > \(file); exec /bin/sleep 300') </dev/null >/dev/null 2>&1 &"
    }

    private func isAlive(_ pid: String) -> Bool {
        FileManager.default.contents(
            atPath: "/proc/\(pid.trimmingCharacters(in: .whitespacesAndNewlines))/cmdline"
        )?
        .range(of: Data("sleep".utf8)) != nil
    }

    @Test("B4: a daemon without any mark ends with its job")
    func aDaemonWithoutAnyMarkEndsWithItsJob() throws {
        let site = try Site()
        let file = "\(site.folder)/pid"
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          \(Self.daemon(file))
                          until test -s \(file); do sleep 0.02; done
                      - run: kill -0 $(cat \(file)) && echo it lives
                  b:
                    needs: a
                    runs-on: ubuntu-latest
                    steps: [ { run: 'kill -0 $(cat \(file)) || echo it is gone' } ]
                """
        )
        let done = try site.push(in: repository)
        let pid = try site.text(of: file)
        defer { if isAlive(pid), let number = Int32(pid.dropLast()) { kill(number, SIGKILL) } }
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.log.contains("it lives") && done.log.contains("it is gone"), "\(done.log)")
        #expect(done.log.contains { $0.contains("Terminated orphan process") && $0.contains("sleep") })
        #expect(!isAlive(pid))
    }

    @Test("B4: a daemon without any mark is not taken for that of a job that ends first")
    func aDaemonWithoutAnyMarkIsNotTakenForThatOfAJobThatEndsFirst() throws {
        let site = try Site()
        let (file, go) = ("\(site.folder)/pid", "\(site.folder)/go")
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  long:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          \(Self.daemon(file))
                          until test -s \(file); do sleep 0.02; done
                          until test -e \(go); do sleep 0.02; done
                          kill -0 $(cat \(file)) && echo it lives
                  short:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          until test -s \(file); do sleep 0.02; done
                          \(Self.daemon("\(site.folder)/other"))
                          until test -s \(site.folder)/other; do sleep 0.02; done
                """
        )
        let running = try site.start(
            ["trigger", "push", "--format", "json", "--max-parallel", "2"],
            in: repository
        )
        try running.waitFor("\"event\":\"job.completed\"")
        try site.write(["go": ""], to: site.folder)
        let done = try running.wait(seconds: 60)
        let pids = [try site.text(of: file), try site.text(of: "\(site.folder)/other")]
        defer { for pid in pids where isAlive(pid) { kill(Int32(pid.dropLast()) ?? 0, SIGKILL) } }
        #expect(done.status == 0 && done.log.contains("it lives"), "\(done.everything)")
        #expect(!pids.contains(where: isAlive), "the last job ends what is left of both")
    }
}
