import Foundation
import Testing

/// A write-ahead log that a crash, a disk or a person has damaged: what is left of the store opens by itself, and what
/// had not ended is settled.
struct StoreDamageTests {
    private let site: Site
    private let repository: String
    /// Where a run has ended and the engine of another was killed.
    private var base: String { "\(site.folder)/base" }
    private var log: String { "\(site.state)/store/flowrun.db-wal" }

    init() throws {
        site = try Site()
        repository = try site.repository(
            steps: """
                - { name: Told, run: echo told }
                - { name: Waits, run: 'if [ -n "$SLOW" ]; then echo waiting; exec sleep 600; fi' }
                """
        )
        try #require(try site.push(in: repository).status == 0)
        // What is in the database itself no damage to the log can take.
        _ = try site.query("PRAGMA wal_checkpoint(TRUNCATE)")
        let running = try site.start(
            ["trigger", "push", "--env", "SLOW=1", "--format", "json"],
            in: repository
        )
        try running.waitFor("waiting")
        try Wait.until("the step is saved") {
            try site.query("SELECT count(*) FROM steps WHERE name = 'Waits' AND status = 'in_progress'")
                == "1"
        }
        running.signal(SIGKILL)
        _ = try running.wait(seconds: 30)
        try FileManager.default.copyItem(atPath: site.state, toPath: base)
        try #require(size > 0, "there is a log to be damaged")
    }

    private var size: Int {
        let found = try? FileManager.default.attributesOfItem(atPath: "\(base)/store/flowrun.db-wal")
        return found?[.size] as? Int ?? 0
    }

    private func restore() throws {
        try FileManager.default.removeItem(atPath: site.state)
        try FileManager.default.copyItem(atPath: base, toPath: site.state)
    }

    /// The store opens, holds what was on the disk before the log was begun, and nothing in it goes on for ever.
    private func expectSoundStore(_ damage: String) throws {
        let listed = try site.flowrun("run", "list", "--json", in: repository)
        try #require(listed.status == 0, "\(damage): \(listed.everything)")
        #expect(try site.query("PRAGMA integrity_check") == "ok", "\(damage)")
        #expect(try site.query("PRAGMA foreign_key_check") == "", "\(damage)")
        for table in ["runs", "jobs", "steps"] {
            let open = try site.query("SELECT count(*) FROM \(table) WHERE status <> 'completed'")
            #expect(open == "0", "\(damage): \(table)")
        }
        let first = try site.query("SELECT conclusion FROM runs WHERE id = 1")
        #expect(first == "success", "\(damage): the run that had ended")
        let second = try site.query("SELECT conclusion FROM runs WHERE id = 2")
        #expect(["", "failure", "cancelled"].contains(second), "\(damage): \(second)")
    }

    @Test("A5: cut at many places")
    func cuts() throws {
        let step = max(1, size / 24) | 1
        for length in stride(from: 0, to: size, by: step) {
            try restore()
            try #require(truncate(log, off_t(length)) == 0)
            try expectSoundStore("cut to \(length) of \(size)")
        }
    }

    @Test("A6: a flipped byte at many places")
    func flips() throws {
        for place in stride(from: 0, to: size, by: max(1, size / 16) | 1) {
            try restore()
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: log))
            try file.seek(toOffset: UInt64(place))
            let byte = try #require(try file.read(upToCount: 1)?.first)
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: Data([byte ^ 0xff]))
            try file.close()
            try expectSoundStore("byte \(place) of \(size) flipped")
        }
    }

    @Test("A6: the log deleted, and shared memory that holds nonsense")
    func deletedAndNonsense() throws {
        try restore()
        try FileManager.default.removeItem(atPath: log)
        try expectSoundStore("no log")
        try restore()
        let nonsense = Data((0..<32768).map { _ in UInt8.random(in: .min ... .max) })
        try nonsense.write(to: URL(fileURLWithPath: "\(site.state)/store/flowrun.db-shm"))
        try expectSoundStore("nonsense in shared memory")
        #expect(try site.push(in: repository).status == 0)
    }

    @Test("A6: a run whose end the log has lost ended as its journal says")
    func lostEnd() throws {
        let repository = try site.repository(
            [
                ".github/workflows/w.yml": """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps: [ { name: Waits, run: 'echo waiting; until [ -e "\(site.folder)/go" ]; do sleep 0.1; done' } ]
                  b: { needs: a, runs-on: ubuntu-latest, steps: [ { run: echo after } ] }
                  c: { needs: a, if: failure(), runs-on: ubuntu-latest, steps: [ { run: echo never } ] }
                """
            ],
            named: "waits"
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("waiting")
        try Wait.until("the step is saved") {
            try site.query("SELECT count(*) FROM steps WHERE name = 'Waits' AND status = 'in_progress'")
                != "0"
        }
        _ = try site.query("PRAGMA wal_checkpoint(TRUNCATE)")
        try site.write(["go": ""], to: site.folder)
        #expect(try running.wait(seconds: 60).status == 0)
        try FileManager.default.removeItem(atPath: log)
        let listed = try site.flowrun("run", "list", "--json", in: repository)
        #expect(listed.errors.contains("from its journal") || listed.errors.contains("from their journals"))
        #expect(try site.query("SELECT conclusion FROM runs ORDER BY id DESC LIMIT 1") == "success")
        let jobs = try site.query(
            "SELECT key, status, conclusion FROM jobs WHERE run_id = (SELECT max(id) FROM runs) ORDER BY key"
        )
        #expect(
            jobs.split(separator: "\n") == [
                "a|completed|success", "b|completed|success", "c|completed|skipped",
            ]
        )
        #expect(try site.query("SELECT count(*) FROM steps WHERE status <> 'completed'") == "0")
    }
}
