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

    /// Lets a call of the daemon on the store's log fail until the tracer is ended.
    private func injecting(_ fault: String, into call: String) throws -> SiteProcess {
        let pid = try #require(house.daemon?.pid)
        return try SiteProcess(
            "/usr/bin/env",
            [
                "strace", "-f", "-o", "/dev/null", "-P", "\(site.state)/store/flowrun.db-wal", "-e",
                "trace=\(call)", "-e", "inject=\(call):error=\(fault)", "-p", "\(pid)",
            ],
            in: site.folder,
            environment: site.environment
        )
    }

    @Test(
        "D4: what the disk refuses to write is not acknowledged, and steps go on",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace")
    )
    func refusedWrites() throws {
        try upWithAJob()
        let tracer = try injecting("EROFS", into: "pwrite64")
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

    @Test(
        "A8: after a sync that failed no later one is believed, until a daemon is started anew",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace")
    )
    func failedSync() throws {
        try upWithAJob()
        let tracer = try injecting("EIO", into: "fdatasync")
        defer { tracer.signal(SIGKILL) }
        let said = try waitForHealth("503")
        #expect(said.contains(#""status":"degraded""#) && said.contains("on a sound disk"), "\(said)")
        // From here on the disk says of every sync that all is well.
        tracer.signal(SIGKILL)
        _ = try tracer.wait(seconds: 30)
        #expect(try dispatch().hasSuffix(" 503"))
        try site.write(["go": ""], to: site.folder)
        try Wait.until("the steps go on") { site.exists("\(site.folder)/went") }
        // Nor does another process acknowledge anything, and what only reads goes on.
        let handed = try site.flowrun("dispatch", "w", "--detach", in: repository)
        #expect(handed.status == 3 && handed.output.isEmpty, "\(handed.everything)")
        #expect(handed.errors.contains("did not keep what was written"), "\(handed.everything)")
        #expect(try site.flowrun("run", "list", in: repository).status == 0)
        #expect(try dispatch().hasSuffix(" 503"))
        #expect(try waitForHealth("503").contains("on a sound disk"))
        let status = try #require(try house.status())
        #expect(status["health"] as? String == "degraded")
        #expect((status["reason"] as? String)?.contains("on a sound disk") == true, "\(status)")
        #expect(try house.down().errors.contains("degraded"))
        try house.up()
        try expectSoundEnd()
        #expect(try site.text(of: "\(site.state)/store/write.lock").isEmpty)
    }

    @Test("A8: what comes after a sync that failed writes the store anew before it adds to it")
    func failedBefore() throws {
        #expect(try site.flowrun("secret", "set", "A", in: repository, input: "a").status == 0)
        // As a process has left it that is gone.
        try site.write(["write.lock": "Input/output error"], to: "\(site.state)/store")
        #expect(try site.flowrun("daemon", "status", in: repository).status == 1)
        #expect(try site.text(of: "\(site.state)/store/write.lock") == "Input/output error")
        #expect(try site.flowrun("secret", "set", "B", in: repository, input: "b").status == 0)
        #expect(try site.text(of: "\(site.state)/store/write.lock").isEmpty)
        #expect(try house.rows("SELECT name FROM secrets ORDER BY name") == ["A", "B"])
    }
}
