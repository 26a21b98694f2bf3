import Foundation
import Testing

/// A disk that is full: what was done is kept, what is wrong is said, and once there is room all goes on.
///
/// Each needs the right to mount a file system.
@Suite(.enabled(if: FullDisk.isPossible, "a small file system cannot be mounted here"))
struct FaultsDiskTests {
    @Test("D2: nothing starts where the store has no room")
    func nothingStartsWhereTheStoreHasNoRoom() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        let disk = try FullDisk(at: "\(site.state)/store", megabytes: 4)
        defer { disk.unmount() }
        #expect(try site.push(in: repository).status == 0)
        disk.fill()
        for arguments in [["trigger", "push"], ["dispatch", "w"]] {
            let done = try site.start(arguments, in: repository).wait(seconds: 60)
            #expect(done.status == 3, "\(done.everything)")
            #expect(done.errors.hasPrefix("error:") && done.errors.contains("full"), "\(done.everything)")
        }
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
        disk.free()
        #expect(try site.query("PRAGMA integrity_check") == "ok")
        #expect(try site.push(in: repository).status == 0)
        #expect(try site.query("SELECT count(*) FROM runs WHERE status <> 'completed'") == "0")
        #expect(site.leftovers().isEmpty)
    }

    @Test("D2: a run that fills the store's disk is concluded later")
    func aRunThatFillsTheStoresDiskIsConcludedLater() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: Fills, run: 'cat /dev/zero > "$STORE/filler" || echo filled' }
                - { name: Then, run: echo then }
                """
        )
        let disk = try FullDisk(at: "\(site.state)/store", megabytes: 4)
        defer { disk.unmount() }
        let done = try site.push("--env", "STORE=\(disk.path)", in: repository)
        #expect(done.status == 3, "\(done.everything)")
        #expect(done.errors.contains("full"), "\(done.errors)")
        #expect(done.log.contains("filled") && done.log.contains("then"), "the job goes on: \(done.log)")
        #expect(site.leftovers().isEmpty)
        disk.free()
        let run = try site.run(in: repository)
        // How it ended, and what its job did, stands in their journals, which have room.
        #expect(run["status"].text == "completed" && run["conclusion"].text == "success", "\(run)")
        let steps = run["jobs"][0].conclusions
        #expect(steps["Fills"] == "success" && steps["Then"] == "success", "\(run)")
        #expect(try site.query("PRAGMA integrity_check") == "ok")
        #expect(try site.push("--env", "STORE=/dev/null/nothing", in: repository).status == 0)
    }

    @Test("D1: a full log disk does not stop a step")
    func aFullLogDiskDoesNotStopAStep() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: Floods, run: 'head -c 20000000 /dev/zero | tr "\\0" x | fold -w 100' }
                - { name: Frees, run: 'rm "$FILLER"' }
                - { name: Logs, run: echo there is room again }
                """
        )
        let disk = try FullDisk(at: "\(site.state)/runs", megabytes: 8)
        defer { disk.unmount() }
        try site.write(["runs/filler": String(repeating: "x", count: 1 << 20)], to: site.state)
        let done = try site.push("--env", "FILLER=\(site.state)/runs/filler", in: repository)
        #expect(done.status == 0, "\(done.errors)\(done.log.suffix(5))")
        #expect(done.steps["Floods"] == "success" && done.steps["Logs"] == "success")
        let run = try site.run(in: repository)
        #expect(run["conclusion"].text == "success")
        let notes = run["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(
            notes.contains { $0.wholeMatch(of: /log disk full, \d+ bytes dropped: .*/) != nil },
            "\(notes)"
        )
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/1.log"))
        #expect(log.range(of: Data("there is room again".utf8)) != nil)
    }

    @Test("D7: a job without room to work fails with the reason")
    func aJobWithoutRoomToWorkFailsWithTheReason() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                - { name: Big, run: 'head -c 20000000 /dev/zero > big' }
                - { name: Tidies, if: always(), run: 'rm -f big; echo tidied' }
                """
        )
        let disk = try FullDisk(at: "\(site.state)/work", megabytes: 8)
        defer { disk.unmount() }
        let done = try site.push(in: repository)
        #expect(done.status == 1, "\(done.everything)")
        #expect(
            done.log.contains { $0.contains("No space left") } && done.log.contains("tidied"),
            "\(done.log)"
        )
        #expect(done.steps["Big"] == "failure")
        disk.fill()
        let full = try site.push(in: repository)
        #expect(full.status == 1 && full.everything.contains("No space left"), "\(full.everything)")
        #expect(try site.run(in: repository)["conclusion"].text == "failure")
        disk.free()
        #expect(try site.push("--matrix", "a=b", in: repository).status != 3)
    }

    @Test("D1, D2: a job that fills the disk of the whole state fails and is recorded")
    func aJobThatFillsTheDiskOfTheWholeStateFailsAndIsRecorded() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: Fills, run: 'cat /dev/zero > big' }
                - { name: Frees, if: always(), run: 'rm -f big; echo freed' }
                - { name: After, run: echo after }
                """
        )
        let disk = try FullDisk(at: site.state, megabytes: 24)
        defer { disk.unmount() }
        let done = try site.push(in: repository)
        #expect(done.status == 1, "\(done.everything)")
        #expect(done.log.contains { $0.contains("No space left") } && done.log.contains("freed"))
        let run = try site.run(in: repository)
        #expect(run["conclusion"].text == "failure")
        let steps = run["jobs"][0].conclusions
        #expect(steps["Fills"] == "failure" && steps["Frees"] == "success" && steps["After"] == "skipped")
        disk.fill()
        let full = try site.push(in: repository)
        #expect(full.status == 3 && full.errors.contains("disk is full"), "\(full.everything)")
    }

    @Test("D3: a run whose folder finds no inode is told so, and the next one runs")
    func aLogDiskWithoutInodes() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo ran >> \"$RAN\"")
        let disk = try FullDisk(at: "\(site.state)/runs", megabytes: 8, files: 40)
        defer { disk.unmount() }
        let ran = "\(site.folder)/ran"
        #expect(try site.push("--env", "RAN=\(ran)", in: repository).status == 0)
        var made: [String] = []
        while true {
            let path = "\(disk.path)/inode\(made.count)"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
            guard file >= 0 else { break }
            close(file)
            made.append(path)
        }
        #expect(!made.isEmpty && errno == ENOSPC)
        let done = try site.push("--env", "RAN=\(ran)", in: repository)
        #expect(done.status == 1 || done.status == 3, "\(done.everything)")
        #expect(done.everything.contains("No space left"), "\(done.everything)")
        #expect(try site.text(of: ran) == "ran\n", "without its log nothing runs")
        for path in made { unlink(path) }
        #expect(try site.push("--env", "RAN=\(ran)", in: repository).status == 0)
        #expect(try site.query("SELECT count(*) FROM runs WHERE status <> 'completed'") == "0")
        #expect(site.leftovers().isEmpty)
    }
}

/// A write that fails although there is room, by strace.
@Suite(.enabled(if: Strace.isPossible, "strace is not there or may not trace"))
struct FaultsWriteTests {
    @Test(
        "D9: one write of the log that finds no room is told in bytes, and the step goes on",
        arguments: [2, 3, 5]
    )
    func oneWriteFails(_ number: Int) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- { name: Prints, run: 'for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.05; done' }"
        )
        let done = try SiteProcess(
            "/usr/bin/env",
            [
                "strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null", "-P", "\(site.state)/runs/1/1.log",
                "-e",
                "trace=write", "-e", "inject=write:error=ENOSPC:when=\(number)", Site.binary, "trigger",
                "push",
                "--format", "json",
            ],
            in: repository,
            environment: site.environment
        ).wait(seconds: 60)
        #expect(done.status == 0 && done.steps["Prints"] == "success", "\(done.everything)")
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(notes.contains { $0.contains("log disk full") && $0.contains("bytes dropped") }, "\(notes)")
    }
}
