import Foundation
import Testing

/// Clocks that count from elsewhere, as after a very long sleep of the machine.
@Suite(.enabled(if: TimeSpace.isPossible, "no time namespace can be made here"))
struct FaultsClockTests {
    @Test("E8: ten days more on the monotonic clock change nothing")
    func tenDaysMoreChangeNothing() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: quick, timeout-minutes: 1, run: 'setsid env -i sleep 599 >/dev/null 2>&1 & sleep 0.3; cat /proc/uptime' }
                - { name: held, run: '(sleep 1; echo late; sleep 300) & echo said' }
                - { name: slow, timeout-minutes: 1, run: 'echo begun; sleep 300' }
                - { name: after, if: failure(), run: 'echo afterwards' }
                """
        )
        let start = ContinuousClock.now
        let done = try SiteProcess(
            "/usr/bin/env",
            TimeSpace.words + [Site.binary, "trigger", "push", "--format", "json"],
            in: repository,
            environment: site.environment
        ).wait(seconds: 200)
        let taken = ContinuousClock.now - start
        #expect(done.status == 1, "\(done.everything)")
        // The limit of a minute, and five seconds for the output that is held.
        #expect(taken >= .seconds(65) && taken < .seconds(110), "\(taken)")
        #expect(done.steps["quick"] == "success" && done.steps["slow"] == "failure", "\(done.steps)")
        for line in ["late", "begun", "afterwards"] { #expect(done.log.contains(line), "\(done.log)") }
        #expect(done.log.contains { $0.hasPrefix("Terminated orphan process: ") }, "\(done.log)")
        #expect(site.leftovers().isEmpty)
        for event in try done.objects() where event["event"].text == "step.completed" {
            let time = event["step"]["duration_ms"].int
            #expect(time >= 0 && time < 100_000, "\(event)")
        }
        #expect(try site.run(in: repository)["conclusion"].text == "failure")
    }
}

/// A view of the machine with other clocks.
private enum TimeSpace {
    static let words = ["unshare", "-T", "--monotonic", "864000", "--boottime", "864000"]

    static let isPossible: Bool = {
        let done = try? SiteProcess(
            "/usr/bin/env",
            words + ["true"],
            in: "/",
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        ).wait(seconds: 20)
        return done?.status == 0
    }()
}
