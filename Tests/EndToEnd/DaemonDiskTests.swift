import Foundation
import Testing

/// A store that takes nothing while a daemon works: nothing is acknowledged, what runs goes on, and so does the daemon
/// once the disk does.
struct DaemonDiskTests {
    private let house: DaemonSite
    private let repository: String
    private var site: Site { house.site }

    init() throws {
        house = try DaemonSite()
        let folder = house.site.folder
        repository = try house.site.repository(
            steps: """
                - run: 'echo begun; touch "\(folder)/begun"; until [ -e "\(folder)/go" ]; do sleep 0.1; done'
                - run: 'echo went on; touch "\(folder)/went"'
                """
        )
    }

    private func ask(_ path: String, _ options: String...) throws -> String {
        try SiteProcess(
            "/usr/bin/env",
            ["curl", "-s", "-w", " %{http_code}"] + options + [house.address + path],
            in: site.folder,
            environment: site.environment
        ).wait().output
    }

    private func dispatch() throws -> String {
        let token = try site.text(of: "\(site.state)/keys/daemon.token")
        return try ask(
            "/repos/\(NSUserName())/repo/actions/workflows/w.yml/dispatches",
            "-H",
            "Authorization: Bearer \(token)",
            "-d",
            #"{"ref":"main"}"#
        )
    }

    /// A daemon with a job in its first step.
    private func upWithAJob() throws {
        let added = try site.flowrun("repo", "add", in: repository)
        try #require(added.status == 0, "\(added.everything)")
        try house.up()
        #expect(try dispatch() == " 204")
        try Wait.until("the job has begun") { site.exists("\(site.folder)/begun") }
    }

    private func waitForHealth(_ status: String) throws -> String {
        var said = ""
        try Wait.until("the daemon's health is \(status)") {
            said = try ask("/healthz")
            return said.hasSuffix(" \(status)")
        }
        return said
    }

    private func expectSoundEnd() throws {
        #expect(try waitForHealth("200").contains(#""status":"ok""#))
        #expect(try house.ended("1")["conclusion"] as? String == "success")
        let log = try house.log("1")
        #expect(log.contains("begun") && log.contains("went on"), "\(log)")
        #expect(try dispatch() == " 204")
        #expect(try house.ended("2")["conclusion"] as? String == "success")
        #expect(try house.rows("SELECT count(*) FROM runs") == ["2"])
        #expect(try house.rows("PRAGMA integrity_check") == ["ok"])
    }

    @Test(
        "D2: a full disk refuses what is new, the reserve lets the run end, and room lets the daemon go on",
        .enabled(if: FullDisk.isPossible, "a small file system cannot be mounted here")
    )
    func fullDisk() throws {
        let disk = try FullDisk(at: site.state, megabytes: 48)
        defer { disk.unmount() }
        try upWithAJob()
        try Wait.until("the reserve is kept") { site.exists("\(site.state)/store/reserve") }
        disk.fill()
        let said = try waitForHealth("503")
        #expect(said.contains(#""status":"degraded""#) && said.contains("is full"), "\(said)")
        #expect(!site.exists("\(site.state)/store/reserve"))
        #expect(try dispatch().hasSuffix(" 503"))
        #expect(try house.rows("SELECT count(*) FROM runs") == ["1"])
        try site.write(["go": ""], to: site.folder)
        #expect(try house.ended("1")["conclusion"] as? String == "success", "while the disk is full")
        #expect(try ask("/healthz").hasSuffix(" 503"))
        disk.free()
        try expectSoundEnd()
        #expect(site.exists("\(site.state)/store/reserve"))
        try house.down()
        #expect(!site.exists("\(site.state)/store/reserve"))
    }

    @Test(
        "A8, D4: what the disk does not keep, or refuses to write, is not acknowledged, and steps go on",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace"),
        arguments: [("fdatasync", "EIO"), ("pwrite64", "EROFS")]
    )
    func faultyDisk(_ call: String, _ fault: String) throws {
        try upWithAJob()
        let pid = try #require(house.daemon?.pid)
        let tracer = try SiteProcess(
            "/usr/bin/env",
            [
                "strace", "-f", "-o", "/dev/null", "-P", "\(site.state)/store/flowrun.db-wal", "-e",
                "trace=\(call)", "-e", "inject=\(call):error=\(fault)", "-p", "\(pid)",
            ],
            in: site.folder,
            environment: site.environment
        )
        defer { tracer.signal(SIGKILL) }
        let said = try waitForHealth("503")
        #expect(said.contains(#""status":"degraded","reason":""#), "\(said)")
        #expect(try dispatch().hasSuffix(" 503"))
        try site.write(["go": ""], to: site.folder)
        try Wait.until("the steps go on") { site.exists("\(site.folder)/went") }
        #expect(try ask("/healthz").hasSuffix(" 503"))
        // What it traces goes on without it.
        tracer.signal(SIGKILL)
        _ = try tracer.wait(seconds: 30)
        try expectSoundEnd()
    }
}
