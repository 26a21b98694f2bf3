import Foundation
import Testing

/// A store that an older flowrun has left, and the key that its secrets are sealed with.
struct StoreUpgradeTests {
    private let site: Site

    init() throws { site = try Site() }

    private func python(_ code: String) throws -> String {
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", code, "\(site.state)/store"],
            in: site.folder,
            environment: site.environment
        ).wait()
        try #require(done.status == 0, "\(done.everything)")
        return done.output
    }

    @Test("before its tables are changed a store is copied, and what was in it stays")
    func copies() throws {
        let repository = try site.repository(steps: "- run: 'true'")
        #expect(try site.flowrun("trigger", "push", in: repository).status == 0)
        // The tables as they were before the daemon's were added.
        _ = try python(
            """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1] + "/flowrun.db")
            db.executescript('''
                PRAGMA foreign_keys = OFF;
                DROP INDEX runs_of_event; DROP INDEX runs_of_daemon;
                ALTER TABLE runs DROP COLUMN choices; ALTER TABLE runs DROP COLUMN priority;
                ALTER TABLE runs DROP COLUMN event_id;
                DROP TABLE check_runs; DROP TABLE statuses; DROP TABLE ticks; DROP TABLE schedules; DROP TABLE events; DROP TABLE repositories;
                DELETE FROM grdb_migrations WHERE identifier IN ('events, queue and schedules', 'check runs');
                PRAGMA user_version = 4;
            ''')
            """
        )
        let listed = try site.flowrun("run", "list", "--json", in: repository)
        #expect(listed.status == 0 && listed.output.contains("\"id\":1"), "\(listed.everything)")
        let copies = site.files(in: "store/backups")
        #expect(copies.count == 1 && copies[0].hasPrefix("flowrun-4-"), "\(copies)")
        let found = try python(
            """
            import os, sqlite3, stat, sys
            folder = sys.argv[1] + "/backups/"
            path = folder + os.listdir(folder)[0]
            db = sqlite3.connect(path)
            print(db.execute("PRAGMA user_version").fetchone()[0], db.execute("PRAGMA integrity_check").fetchone()[0],
                  db.execute("SELECT COUNT(*) FROM runs").fetchone()[0], oct(stat.S_IMODE(os.stat(path).st_mode)))
            """
        )
        #expect(found == "4 ok 1 0o600\n")
        #expect(try site.flowrun("trigger", "push", in: repository).status == 0)
        #expect(site.files(in: "store/backups").count == 1)
    }

    @Test("a key that the environment gives is kept in no file, and is needed again")
    func givenKey() throws {
        let repository = try site.repository(steps: "- run: 'echo ${{ secrets.WORD }} | rev'")
        let key = ["FLOWRUN_SECRETS_KEY": Data((0..<32).map { UInt8($0) }).base64EncodedString()]
        let set = try site.flowrun(
            "secret",
            "set",
            "WORD",
            in: repository,
            input: "abracadabra",
            environment: key
        )
        #expect(set.status == 0, "\(set.everything)")
        #expect(site.files(in: "keys").isEmpty)
        let ran = try site.flowrun("trigger", "push", "--format", "plain", in: repository, environment: key)
        #expect(ran.status == 0 && ran.output.contains("arbadacarba"), "\(ran.everything)")
        let without = try site.flowrun("trigger", "push", in: repository)
        #expect(without.status == 3 && without.errors.contains("key"), "\(without.everything)")
        let wrong = try site.flowrun(
            "secret",
            "list",
            in: repository,
            environment: ["FLOWRUN_SECRETS_KEY": "c2hvcnQ="]
        )
        #expect(!wrong.everything.contains("abracadabra"))
        let other = ["FLOWRUN_SECRETS_KEY": Data(repeating: 7, count: 32).base64EncodedString()]
        #expect(try site.flowrun("trigger", "push", in: repository, environment: other).status == 3)
    }
}
