import Foundation
import Testing

/// kill -9 at chosen calls of the system, by strace: what was acknowledged is there, and nothing is done twice.
@Suite(.enabled(if: Strace.isPossible, "strace is not there or may not trace"))
struct FaultsCrashTests {
    @Test(arguments: [
        ("pwrite64", Array(stride(from: 1, through: 97, by: 8))),
        ("fdatasync", Array(stride(from: 1, through: 13, by: 3))),
        ("write", Array(stride(from: 1, through: 60, by: 6))), ("renameat2,renameat,rename", [1, 2]),
        ("fsync", [1, 2]), ("unlink,unlinkat", [1, 4]),
    ])
    func killsAtCallsLoseNothing(_ calls: String, _ points: [Int]) throws {
        let site = try Site()
        let repository = try site.countingRepository()
        var told: Set<Int> = []
        for point in points {
            let killed = try Strace.run(
                site,
                ["trigger", "push", "--format", "json"],
                in: repository,
                killingAt: calls,
                number: point
            )
            for event in killed.events where event["event"] as? String == "run.started" {
                told.insert((event["run"] as? [String: Any])?["id"] as? Int ?? 0)
            }
            // The command that settles what was lost may be killed itself; the one after it goes on.
            _ = try Strace.run(
                site,
                ["run", "list"],
                in: repository,
                killingAt: calls,
                number: point % 7 + 1
            )
        }
        try site.expectSoundRuns(in: repository)
        let kept = try site.query("SELECT id FROM runs").split(separator: "\n").compactMap { Int($0) }
        #expect(told.isSubset(of: kept), "\(told) of \(kept)")
        #expect(try site.push(in: repository).status == 0)
        try site.expectSoundRuns(in: repository)
    }

    @Test("A3: every line that was shown is in the log")
    func everyLineThatWasShownIsInTheLog() throws {
        let site = try Site()
        let repository = try site.repository(
            steps:
                "- { name: Prints, run: 'for i in $(seq 40000); do echo \"line $i of the step\"; done; sleep 60' }"
        )
        for seen in ["line 1 ", "line 700 ", "line 20000 "] {
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            try running.waitFor(seen)
            running.signal(SIGKILL)
            let killed = try running.wait(seconds: 30)
            let run = try site.run(in: repository)
            let log = try site.text(of: "\(site.state)/runs/\(run["id"].int)/\(run["jobs"][0]["id"].int).log")
            let stored = Set(log.split(separator: "\n"))
            // The last line of the output may be cut short.
            let shown = killed.log.filter { $0.hasPrefix("line ") }
            #expect(!shown.isEmpty && shown.allSatisfy { stored.contains($0[...]) }, "\(shown.last ?? "")")
        }
        #expect(site.leftovers().isEmpty)
    }
}

/// Runs flowrun so that it is killed at its n-th call of the system of some kind.
enum Strace {
    static let isPossible: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=sync:error=EIO:when=1", "true",
        ]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    static func run(
        _ site: Site,
        _ arguments: [String],
        in folder: String,
        killingAt calls: String,
        number: Int
    ) throws -> SiteResult {
        try start(site, arguments, in: folder, killingAt: calls, number: number).wait(seconds: 60)
    }

    /// - Parameter number: Each thread counts its own calls.
    static func start(
        _ site: Site,
        _ arguments: [String],
        in folder: String,
        killingAt calls: String,
        number: Int
    ) throws -> SiteProcess {
        // The steps are not followed: strace would wait for them.
        let words = [
            "strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e",
            "inject=\(calls):signal=KILL:when=\(number)", Site.binary,
        ]
        return try SiteProcess(
            "/usr/bin/env",
            words + arguments,
            in: folder,
            environment: site.environment
        )
    }
}
