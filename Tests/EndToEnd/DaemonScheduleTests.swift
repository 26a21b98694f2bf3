import Foundation
import Testing

/// Schedules of a daemon whose clock is moved.
struct DaemonScheduleTests {
    private let house: DaemonSite
    private var site: Site { house.site }
    private var offset: String { "\(house.site.folder)/offset" }

    init() throws { house = try DaemonSite() }

    private func repository(_ schedules: String, settings: String? = nil) throws -> String {
        var files = [
            ".github/workflows/w.yml":
                "on:\n  schedule:\n\(schedules)\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'sleep 0.1' } ] } }\n"
        ]
        files["flowrun.yaml"] = settings
        let repository = try site.repository(files)
        try site.flowrun("repo", "add", in: repository)
        return repository
    }

    /// Moves the daemon's clock by so many seconds.
    private func move(_ seconds: Int) throws {
        try "\(seconds)".write(toFile: offset, atomically: true, encoding: .utf8)
    }

    /// The library that shifts the time of day of a program that is started with it.
    private func shim() throws -> [String: String] {
        let source = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/time.h>
            #include <time.h>
            static long shift(void) {
                const char *path = getenv("CLOCK_OFFSET");
                FILE *file = path ? fopen(path, "re") : NULL;
                long seconds = 0;
                if (file) { if (fscanf(file, "%ld", &seconds) != 1) seconds = 0; fclose(file); }
                return seconds;
            }
            int clock_gettime(clockid_t clock, struct timespec *time) {
                static int (*real)(clockid_t, struct timespec *);
                if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
                int result = real(clock, time);
                if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += shift();
                return result;
            }
            int gettimeofday(struct timeval *restrict time, void *restrict zone) {
                struct timespec exact;
                (void)zone;
                clock_gettime(CLOCK_REALTIME, &exact);
                time->tv_sec = exact.tv_sec;
                time->tv_usec = exact.tv_nsec / 1000;
                return 0;
            }
            time_t time(time_t *out) {
                struct timespec exact;
                clock_gettime(CLOCK_REALTIME, &exact);
                if (out) *out = exact.tv_sec;
                return exact.tv_sec;
            }
            """
        try site.write(["clock.c": source], to: site.folder)
        let made = try SiteProcess(
            "/usr/bin/env",
            ["clang", "-shared", "-fPIC", "-O1", "-o", "clock.so", "clock.c", "-ldl"],
            in: site.folder,
            environment: ProcessInfo.processInfo.environment
        ).wait()
        try #require(made.status == 0, "\(made.everything)")
        try move(0)
        return ["LD_PRELOAD": "\(site.folder)/clock.so", "CLOCK_OFFSET": offset]
    }

    private func ticks() throws -> [String] {
        try house.rows("SELECT status, COUNT(*) FROM ticks GROUP BY 1 ORDER BY 1")
    }

    @Test("E1, E2, E6: a clock that jumps, and a downtime, fire once, and each tick has its row")
    func jumps() throws {
        let clock = try shim()
        _ = try repository("    - cron: '7 */6 * * *'")
        try house.up(environment: clock)
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        #expect(try house.rows("SELECT COUNT(*) FROM ticks") == ["0"])
        try move(86_400)
        try Wait.until("it has fired") { try house.rows("SELECT COUNT(*) FROM runs") == ["1"] }
        try house.ended("1")
        #expect(try ticks() == ["coalesced|3", "fired|1"])
        #expect(try house.run("1")["event"] as? String == "schedule")
        // Back again: what has fired does not fire twice.
        try move(0)
        usleep(6_500_000)
        #expect(try ticks() == ["coalesced|3", "fired|1"])
        // Two days without a daemon.
        try house.down()
        try move(3 * 86_400)
        try house.up(environment: clock)
        try Wait.until("it has fired") { try house.rows("SELECT COUNT(*) FROM runs") == ["2"] }
        #expect(try ticks() == ["coalesced|10", "fired|2"])
        try house.ended("2")
    }

    @Test(
        "E7: a daemon that is killed around a tick has the tick with its event and its run, or none of them",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace")
    )
    func killedAroundTicks() throws {
        site.environment.merge(try shim()) { $1 }
        // Never due while the test goes on.
        let minute = (Int(Date().timeIntervalSince1970) / 60 + 30) % 60
        _ = try repository(
            "    - cron: '\(minute) */6 * * *'",
            settings: "schedules: { overlap: allow }\n"
        )
        try house.up()
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        try house.down()
        let points = [
            ("fdatasync", 1), ("fdatasync", 2), ("fdatasync", 3), ("fdatasync", 4), ("pwrite64", 2),
            ("pwrite64", 7),
            ("pwrite64", 13), ("pwrite64", 20),
        ]
        var killed = 0
        for (day, point) in points.enumerated() {
            try move((day + 1) * 86_400)
            let daemon = try Strace.start(
                site,
                ["daemon", "run", "--listen", "127.0.0.1:0"],
                in: site.folder,
                killingAt: point.0,
                number: point.1
            )
            // A daemon that has no such call to make does what there is to do.
            try Wait.until("it is killed, or has done all") {
                try !daemon.isRunning || hasDoneAll(days: day + 1)
            }
            if !daemon.isRunning {
                killed += 1
            } else if let pid = try house.status()?["pid"] as? Int {
                kill(Int32(pid), SIGKILL)
            }
            try daemon.wait(seconds: 30)
        }
        #expect(killed > 0)
        try house.up()
        try Wait.until("all is made and done") { try hasDoneAll(days: points.count) }
        let fired = try house.rows("SELECT COUNT(*) FROM ticks WHERE status = 'fired'")
        #expect(try house.rows("SELECT COUNT(*) FROM events") == fired)
        #expect(
            try house.rows("SELECT COUNT(*), COUNT(DISTINCT event_id) FROM runs") == [
                "\(fired[0])|\(fired[0])"
            ]
        )
        let unmatched = try house.rows(
            """
            SELECT due_at FROM ticks LEFT JOIN runs USING (event_id)
            WHERE ticks.status = 'fired' AND runs.id IS NULL OR ticks.status <> 'fired' AND event_id IS NOT NULL
            """
        )
        #expect(unmatched.isEmpty, "\(unmatched)")
        #expect(try house.rows("SELECT DISTINCT conclusion FROM runs") == ["success"])
    }

    /// Whether each tick of so many days has its row, and what they start has ended.
    private func hasDoneAll(days: Int) throws -> Bool {
        try house.rows("SELECT COUNT(*) FROM ticks") == ["\(4 * days)"]
            && house.rows("SELECT COUNT(*) FROM events WHERE status = 'pending'") == ["0"]
            && house.rows("SELECT COUNT(*) FROM runs WHERE status <> 'completed'") == ["0"]
    }

    @Test(
        "E8: a machine that has been up for days more makes no difference",
        .enabled(if: Self.mayMoveUptime, "the clock of the uptime may not be moved")
    )
    func uptime() throws {
        let clock = try shim()
        _ = try repository("    - cron: '7 */6 * * *'")
        try house.up(through: Self.movingUptime, environment: clock)
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        try move(86_400)
        try Wait.until("it has fired") { try house.rows("SELECT COUNT(*) FROM runs") == ["1"] }
        #expect(try house.ended("1")["conclusion"] as? String == "success")
        #expect(try ticks() == ["coalesced|3", "fired|1"])
        // Killed, and gone on with at the uptime that there is.
        try house.down(SIGKILL)
        try move(2 * 86_400)
        try house.up(environment: clock)
        try Wait.until("it has fired") { try house.rows("SELECT COUNT(*) FROM runs") == ["2"] }
        #expect(try house.ended("2")["conclusion"] as? String == "success")
        #expect(try ticks() == ["coalesced|6", "fired|2"])
    }

    /// Words that run what follows them with an uptime of ten days more.
    private static let movingUptime = ["unshare", "-T", "--monotonic", "864000", "--boottime", "864000"]

    private static let mayMoveUptime: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = movingUptime + ["true"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    @Test("E3: a time that clocks leave out fires after the gap, and its row and the workflow's view say why")
    func gap() throws {
        let clock = try shim()
        let repository = try repository("    - { cron: '30 2 * * *', timezone: Europe/Berlin }")
        // 2027-03-28 01:59:58 in Berlin: two seconds later clocks show 03:00.
        let before = try Date("2027-03-28T00:59:58Z", strategy: .iso8601)
        try move(Int(before.timeIntervalSinceNow) - 3600)
        try house.up(environment: clock)
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        try move(Int(before.timeIntervalSinceNow))
        try Wait.until("it has fired") { try house.rows("SELECT COUNT(*) FROM runs") == ["1"] }
        let ticks = try house.rows("SELECT due_at, status, reason FROM ticks")
        #expect(ticks == ["\(Int(before.timeIntervalSince1970 + 2) * 1000)|fired|dst-gap"])
        let view = try site.flowrun("workflow", "view", "w", in: repository)
        let line = "was due 2027-03-28 03:00 Europe/Berlin (2027-03-28T01:00:00Z): fired (dst-gap)"
        #expect(view.output.contains(line), "\(view.everything)")
        let list = try JSON(try site.flowrun("workflow", "list", "--json", in: repository).output)
        let shown = list[0]["schedules"][0]["ticks"][0]
        #expect(
            shown["reason"].text == "dst-gap" && shown["due_at"].text == "2027-03-28T01:00:00Z",
            "\(list)"
        )
        try house.ended("1")
    }

    @Test("flowrun.yaml says which ticks are caught up on, for all workflows or for one")
    func settings() throws {
        let clock = try shim()
        _ = try repository(
            "    - cron: '7 */6 * * *'",
            settings: "schedules:\n  catch-up: none\n  workflows:\n    w: { catch-up: all, overlap: queue }\n"
        )
        try house.up(environment: clock)
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        try move(86_400)
        try Wait.until("all have run") {
            try house.rows("SELECT COUNT(*) FROM runs WHERE status = 'completed'") == ["4"]
        }
        #expect(try ticks() == ["fired|4"])
        // One after the other.
        let spans = try house.rows("SELECT started_at, completed_at FROM runs ORDER BY started_at")
            .map { $0.split(separator: "|").compactMap { Int($0) } }
        for (earlier, later) in zip(spans, spans.dropFirst()) { #expect(earlier[1] <= later[0], "\(spans)") }
    }

    @Test("what is wrong in the settings is said with its place")
    func wrongSettings() throws {
        let repository = try site.repository([
            ".github/workflows/w.yml": "on: push\njobs: { a: { runs-on: x, steps: [ { run: 'true' } ] } }\n",
            "flowrun.yaml": "schedules:\n  catch-up: latest\n  overlap: sometimes\n",
        ])
        let ran = try site.flowrun("trigger", "push", in: repository)
        #expect(ran.status == 2)
        #expect(
            ran.errors.contains("flowrun.yaml:3:12: error: `overlap` is one of skip, queue, cancel, allow"),
            "\(ran.errors)"
        )
    }
}
