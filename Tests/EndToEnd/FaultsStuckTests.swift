import Foundation
import Testing

/// Processes that end in no way that was meant for them.
struct FaultsStuckTests {
    @Test(
        "B10: a process that SIGKILL does not end is named, and the run ends without it",
        .enabled(if: Freezer.isPossible, "no control group can be frozen here")
    )
    func aFrozenProcessIsNamed() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: Stuck, run: 'echo "pid $$"; exec sleep 300' }
                - { name: Tidies, if: always(), run: echo tidied }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"pid ")
        let pid = try #require(
            running.outputSoFar.firstMatch(of: /"line":"pid (\d+)"/).flatMap { Int32($0.1) }
        )
        let freezer = try Freezer(pid)
        defer { freezer.thaw() }
        let start = ContinuousClock.now
        running.signal(SIGINT)
        // 7.5 s, 2.5 s and 10 s, and no wait after them that has no limit.
        let done = try running.wait(seconds: 90)
        #expect(ContinuousClock.now - start > .seconds(19))
        #expect(done.log.contains("tidied"), "\(done.log)")
        let run = try site.run(in: repository)
        #expect(run["status"].text == "completed" && run["conclusion"].text != "success", "\(run)")
        let notes = run["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(notes.contains { $0.contains("process \(pid) of ") && $0.contains("SIGKILL") }, "\(notes)")
    }

    @Test("J10: a crash of the process that runs a job leaves no core and prints no memory")
    func aCrashTellsNothing() throws {
        let site = try Site()
        let secret = "c0re-\(UUID().uuidString)"
        let repository = try site.repository(
            steps: """
                - { env: { S: '${{ secrets.SEC }}' }, run: 'echo "it is $S"; kill -SEGV $PPID; sleep 1' }
                """
        )
        let done = try site.start(
            ["trigger", "push", "--format", "json", "-s", "SEC"],
            in: repository,
            environment: ["SEC": secret, "SWIFT_BACKTRACE": "enable=yes,color=no"]
        ).wait(seconds: 60)
        #expect(done.status == 128 + SIGSEGV, "\(done.everything)")
        #expect(!done.everything.contains(secret))
        #expect(!done.errors.contains("Registers") && !done.errors.contains("Crash"), "\(done.errors)")
        let cores = try FileManager.default.contentsOfDirectory(atPath: repository).filter {
            $0.hasPrefix("core")
        }
        #expect(cores.isEmpty && !site.holds(secret, under: site.state))
        #expect(try site.run(in: repository)["status"].text == "completed")
        #expect(site.leftovers().isEmpty)
    }

    @Test("J10: a debug log is masked as any other")
    func aDebugLogIsMasked() throws {
        let site = try Site()
        let secret = "deb-\(UUID().uuidString)"
        let repository = try site.repository(
            steps: """
                - { env: { S: '${{ secrets.SEC }}' }, run: 'echo "::debug::it is $S"' }
                """
        )
        let done = try site.push(
            "-s",
            "SEC=\(secret)",
            "-s",
            "ACTIONS_STEP_DEBUG=true",
            "-s",
            "ACTIONS_RUNNER_DEBUG=true",
            in: repository
        )
        #expect(done.everything.contains("it is ***"), "\(done.everything)")
        #expect(!done.everything.contains(secret) && !site.holds(secret, under: site.state))
    }
}

/// A control group whose processes are given no time, so that even SIGKILL waits.
private struct Freezer {
    private let folder: String

    static let isPossible: Bool = {
        let probe = "\(root)/flowrun-probe-\(getpid())"
        guard mkdir(probe, 0o700) == 0 else { return false }
        defer { rmdir(probe) }
        return access("\(probe)/freezer.state", W_OK) == 0
    }()

    private static let root = "/sys/fs/cgroup/freezer"

    init(_ pid: Int32) throws {
        folder = "\(Self.root)/flowrun-\(UUID().uuidString)"
        guard mkdir(folder, 0o700) == 0 else { throw SiteError(message: "mkdir \(folder)") }
        try "\(pid)".write(toFile: "\(folder)/cgroup.procs", atomically: false, encoding: .utf8)
        try "FROZEN".write(toFile: "\(folder)/freezer.state", atomically: false, encoding: .utf8)
    }

    /// Lets the processes end, and takes the group away.
    func thaw() {
        try? "THAWED".write(toFile: "\(folder)/freezer.state", atomically: false, encoding: .utf8)
        for _ in 1...500 where rmdir(folder) != 0 {
            let pids = (try? String(contentsOfFile: "\(folder)/cgroup.procs", encoding: .utf8)) ?? ""
            for pid in pids.split(separator: "\n").compactMap({ Int32($0) }) { kill(pid, SIGKILL) }
            usleep(10_000)
            guard access(folder, F_OK) == 0 else { return }
        }
    }
}
