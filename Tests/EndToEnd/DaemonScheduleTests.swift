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
        "E7: a kill between a tick and its run leaves both or neither, and nothing fires twice",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace")
    )
    func kills() throws {
        let clock = try shim()
        _ = try repository("    - cron: '7 */6 * * *'")
        try house.up(environment: clock)
        try Wait.until("the schedule is known") { try house.rows("SELECT COUNT(*) FROM schedules") == ["1"] }
        var (days, deaths) = (0, 0)
        for (call, points) in [("pwrite64", [1, 4, 9, 16]), ("fdatasync", [1, 2, 3])] {
            for point in points {
                days += 1
                let tracer = try house.killing(at: call, number: point)
                defer { tracer.signal(SIGKILL) }
                try move(days * 86_400)
                ring()
                try Wait.until("it was killed, or has fired") {
                    try house.status()?["running"] as? Bool != true
                        || house.rows("SELECT COUNT(*) FROM runs WHERE status = 'completed'") == ["\(days)"]
                }
                if try house.goOn(after: tracer, environment: clock) { deaths += 1 }
                try Wait.until("the day's run has ended") {
                    try house.rows("SELECT COUNT(*) FROM runs WHERE status = 'completed'") == ["\(days)"]
                }
                #expect(try ticks() == ["coalesced|\(3 * days)", "fired|\(days)"], "\(call) \(point)")
                let runs =
                    "SELECT COUNT(*), COUNT(DISTINCT t.event_id) FROM ticks t JOIN runs r ON r.event_id = t.event_id"
                #expect(try house.rows(runs) == ["\(days)|\(days)"], "each that fired has its run")
                #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["\(days)"])
            }
        }
        #expect(deaths > 2, "the daemon was killed \(deaths) times")
    }

    /// Lets the daemon look at the clock at once.
    private func ring() {
        let bell = open("\(site.state)/daemon.bell", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard bell >= 0 else { return }
        write(bell, [1] as [UInt8], 1)
        close(bell)
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
