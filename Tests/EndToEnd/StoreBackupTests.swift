import Foundation
import Testing

struct StoreBackupTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws { house = try DaemonSite() }

    /// What a copy of the store says to a query.
    private func rows(_ query: String, of file: String) throws -> String {
        let python =
            "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", python, file, query],
            in: site.folder,
            environment: site.environment
        ).wait()
        try #require(done.status == 0, "\(done.everything)")
        return done.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("A15: a backup while runs go on is consistent, and has all that was acknowledged before")
    func whileBusy() throws {
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            on: workflow_dispatch
            jobs: { a: { runs-on: ubuntu-latest, strategy: { matrix: { n: [1, 2, 3] } }, steps: [ { run: 'true' } ] } }

            """
        ])
        try house.up()
        var last = ""
        for number in 1...12 {
            last = try house.detach("w", in: repository)
            let copy = "\(site.folder)/copy-\(number).db"
            let made = try site.flowrun("store", "backup", copy, in: site.folder)
            try #require(made.status == 0, "\(made.everything)")
            #expect(try rows("PRAGMA integrity_check", of: copy) == "ok")
            #expect(
                try rows("SELECT MAX(id) FROM runs", of: copy) == last,
                "the run that was handed over before"
            )
            let attributes = try FileManager.default.attributesOfItem(atPath: copy)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        try house.ended(last)
        #expect(try house.rows("SELECT COUNT(*) FROM runs WHERE conclusion = 'success'") == ["12"])
    }

    @Test("a backup overwrites nothing, and wants a store")
    func refused() throws {
        let file = "\(site.folder)/mine"
        let early = try site.flowrun("store", "backup", file, in: site.folder)
        #expect(early.status == 2 && early.errors.contains("there is no store in"), "\(early.everything)")
        let repository = try site.repository(steps: "- run: 'true'")
        try #require(try site.flowrun("trigger", "push", in: repository).status == 0)
        try "mine\n".write(toFile: file, atomically: false, encoding: .utf8)
        let late = try site.flowrun("store", "backup", file, in: site.folder)
        #expect(late.status != 0 && late.errors.contains("there is `\(file)` already"), "\(late.everything)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine\n")
    }
}
