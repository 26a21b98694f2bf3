import Foundation
import Testing

/// Steps that start processes without end, under `limits.pids`.
@Suite(.serialized) struct FaultsPidsTests {
    private static let limits = ["flowrun.yaml": "limits: { pids: 48 }\n"]

    /// A first job that starts what it can, and one beside it that needs processes all the time.
    private static let bombs = """
        on: [push, workflow_dispatch]
        jobs:
          bomb:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  echo "cookie ${RUNNER_TRACKING_ID%.*}"
                  grep pids /proc/self/cgroup || grep ^0:: /proc/self/cgroup
              - { name: Fills, shell: sh, run: 'while :; do sleep 600 & done' }
              - { name: Multiplies, if: always(), shell: sh, run: 'perl -e "fork while 1" & while :; do /bin/true || exit; done' }
          beside:
            runs-on: ubuntu-latest
            steps: [ { run: 'for i in $(seq 60); do /bin/sleep 0.02 || exit; done; echo lived on' } ]
        """

    @Test(
        "B6: a fork bomb fails its step, and nothing else",
        .enabled(if: PidsController.isUsable, "no control group can bound processes here")
    )
    func aForkBombFailsItsStep() throws {
        let site = try Site()
        let repository = try site.repository(workflow: Self.bombs, Self.limits)
        let done = try site.push("--max-parallel", "2", in: repository)
        #expect(done.status == 1, "\(done.everything)")
        let jobs = try #require(try done.objects().last)["run"]["jobs"].list
        #expect(jobs.map { $0["conclusion"].text } == ["failure", "success"], "\(done.everything)")
        #expect(done.log.contains("lived on"))
        #expect(done.steps["Fills"] == "failure" && done.steps["Multiplies"] == "failure", "\(done.steps)")
        #expect(done.log.contains { $0.contains("Cannot fork") }, "\(done.log)")
        let notes = jobs[0]["annotations"].list.map { $0["message"].text }
        #expect(notes.contains { $0.contains("could not be started") && $0.hasSuffix("is 48.") }, "\(notes)")
        #expect(site.leftovers().isEmpty)
        let cookie = try #require(done.log.first { $0.hasPrefix("cookie ") }).dropFirst(7)
        #expect(cookie.hasPrefix("flowrun_"))
        #expect(done.log.contains { $0.contains("\(cookie).pids") }, "\(done.log)")
        #expect(PidsController.groups().filter { $0.hasPrefix(cookie) } == [])
    }

    @Test(
        "B6: a fork bomb does not keep the daemon from answering",
        .enabled(if: PidsController.isUsable, "no control group can bound processes here")
    )
    func aForkBombDoesNotKeepTheDaemonFromAnswering() throws {
        let house = try DaemonSite()
        let repository = try house.site.repository(workflow: Self.bombs, Self.limits)
        try house.up("--max-parallel", "2")
        let id = try house.detach("ci", in: repository)
        var times: [Double] = []
        try Wait.until("the run has ended") {
            let said = try SiteProcess(
                "/usr/bin/env",
                ["curl", "-s", "-w", " %{time_total}", "\(house.address)/healthz"],
                in: house.site.folder,
                environment: house.site.environment
            ).wait()
            times.append(try #require(said.output.split(separator: " ").last.flatMap { Double($0) }))
            #expect(said.output.contains("\"ok\""), "\(said.everything)")
            return try house.run(id)["status"] as? String == "completed"
        }
        // The machine may have more to do than this.
        #expect(times.sorted()[times.count / 2] < 1 && times.allSatisfy { $0 < 10 }, "\(times)")
        let run = try house.site.run(Int(id), in: repository)
        #expect(run["jobs"].list.map { $0["conclusion"].text } == ["failure", "success"], "\(run)")
        let cookie = try #require(try house.log(id).firstMatch(of: /cookie (flowrun_\w+)/)).1
        #expect(house.workers().isEmpty)
        #expect(PidsController.groups().filter { $0.hasPrefix(cookie) } == [])
    }

    @Test(
        "B6: what a killed worker's job has left is ended in its group",
        .enabled(if: PidsController.isUsable, "no control group can bound processes here")
    )
    func whatAKilledWorkersJobHasLeftIsEnded() throws {
        let house = try DaemonSite()
        let repository = try house.site.repository(
            workflow: """
                on: workflow_dispatch
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          echo "cookie ${RUNNER_TRACKING_ID%.*}"
                          sleep 1 # what a worker has not read yet is gone with it
                          env -i setsid sleep 599 & kill -9 $PPID; sleep 600
                """,
            Self.limits
        )
        try house.up()
        let id = try house.detach("ci", in: repository)
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "failure")
        let cookie = try #require(try house.log(id).firstMatch(of: /cookie (flowrun_\w+)/)).1
        try Wait.until("the group has gone", seconds: 20) {
            PidsController.groups().allSatisfy { !$0.hasPrefix(cookie) }
        }
    }

    @Test("B6: where no group can be made, nothing starts")
    func whereNoGroupCanBeMadeNothingStarts() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: touch $MARK } ] } }\n",
            Self.limits
        )
        // In a view of the machine without the controller, unless it has none anyway.
        let hidden = "umount -l /sys/fs/cgroup/pids && exec \"$0\" \"$@\""
        let mark = "MARK=\(site.folder)/mark"
        let arguments = [Site.binary, "trigger", "push", "--format", "json", "--env", mark]
        let isHere = PidsController.isUsable
        if isHere, !PidsController.canBeHidden { return }
        let done = try SiteProcess(
            "/usr/bin/env",
            (isHere ? ["unshare", "-m", "sh", "-c", hidden] : []) + arguments,
            in: repository,
            environment: site.environment
        ).wait(seconds: 60)
        #expect(done.status == 2, "\(done.everything)")
        #expect(done.errors.contains("error: `limits.pids` needs a control group"), "\(done.everything)")
        #expect(!site.exists("\(site.folder)/mark") && done.output.isEmpty, "\(done.everything)")
    }

    @Test(
        "B6: a limit that is none is refused with its place",
        arguments: [
            ("limits: { pids: none }", "flowrun.yaml:1:17: error: `pids` is a whole number above 0"),
            ("limits: { pids: 0 }", "flowrun.yaml:1:17: error: `pids` is a whole number above 0"),
            ("limits: { memory: 1GB }", "flowrun.yaml:1:11: error: unknown key `memory`; there is pids"),
            ("limits: 256", "flowrun.yaml:1:9: error: `limits` is a mapping"),
        ]
    )
    func aLimitThatIsNoneIsRefused(_ text: String, _ message: String) throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }\n",
            ["flowrun.yaml": text + "\n"]
        )
        let done = try site.push(in: repository)
        #expect(done.status == 2 && done.errors.contains(message), "\(done.everything)")
    }
}

/// The control groups of this machine that bound processes, where version 1 has them.
private enum PidsController {
    private static let root = "/sys/fs/cgroup/pids"

    static let isUsable: Bool = {
        let probe = "\(root)/flowrun-probe-\(getpid())"
        guard mkdir(probe, 0o700) == 0 else { return false }
        defer { rmdir(probe) }
        return access("\(probe)/pids.max", W_OK) == 0
    }()

    static let canBeHidden: Bool = {
        let done = try? SiteProcess(
            "/usr/bin/env",
            ["unshare", "-m", "umount", "-l", root],
            in: "/",
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        ).wait(seconds: 20)
        return done?.status == 0
    }()

    /// The names of the groups below the top one, at any depth.
    static func groups() -> [String] {
        (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".pids") }.compactMap { $0.split(separator: "/").last.map(String.init) }
    }
}
