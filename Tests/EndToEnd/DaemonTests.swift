import Foundation
import Testing

/// `flowrun daemon` as it works, and as it dies.
struct DaemonTests {
    private let house: DaemonSite
    private var site: Site { house.site }
    private var go: String { "\(house.site.folder)/go" }

    init() throws {
        house = try DaemonSite()
    }

    private func repository(_ workflows: [String: String]) throws -> String {
        try site.repository(
            Dictionary(uniqueKeysWithValues: workflows.map { (".github/workflows/\($0.key)", $0.value) })
        )
    }

    /// A job that counts until the file `go` is there, and one that needs it.
    private func counting() throws -> String {
        try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                outputs: { last: '${{ steps.count.outputs.last }}' }
                steps:
                  - id: count
                    run: |
                      i=0
                      until test -e '\(go)'; do i=$((i+1)); echo "tick $i"; sleep 0.05; done
                      echo "last=$i" >> "$GITHUB_OUTPUT"
              b:
                needs: a
                runs-on: ubuntu-latest
                steps: [ { run: 'echo "last was ${{ needs.a.outputs.last }}"' } ]
            """
        ])
    }

    private func letGo() throws { try site.write(["go": ""], to: site.folder) }

    private func ticks(in log: String) -> [Int] {
        log.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "tick" && words.count == 2 ? Int(words[1]) : nil
        }
    }

    // MARK: Handing over

    @Test("a run that is handed over is run by the daemon, with what its person settled")
    func handsOver() throws {
        let repository = try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                env: { S: '${{ secrets.KEY }}' }
                steps: [ { run: 'echo "$GREETING ${#S} ${{ vars.V }} $S"' } ]
              other: { runs-on: ubuntu-latest, steps: [ { run: 'exit 1' } ] }
            """
        ])
        let early = try site.start(
            [
                "dispatch", "w", "--detach", "-j", "a", "-s", "KEY=sesame-street", "--var", "V=seven",
                "--env", "GREETING=hello",
            ],
            in: repository
        ).wait()
        #expect(early.output == "1\n" && early.errors.contains("no daemon works now"), "\(early.everything)")
        #expect(!site.holds("sesame-street", under: site.state))
        try house.up()
        let run = try house.ended("1")
        #expect(run["conclusion"] as? String == "success")
        let log = try house.log("1")
        #expect(log.contains("hello 13 seven ***"), "\(log)")
        #expect(!site.holds("sesame-street", under: site.state))
        #expect(site.files(in: "runs/1").allSatisfy { $0.hasSuffix(".log") || $0.hasSuffix(".journal") })
    }

    @Test("a workflow that cannot be run ends its event, and leaves the daemon at work")
    func refuses() throws {
        let repository = try repository([
            "good.yml":
                "on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }\n"
        ])
        try house.up()
        let id = try house.detach("good", in: repository)
        try house.ended(id)
        // Its commit is gone by the time that it would begin.
        try house.down(SIGKILL)
        let next = try house.detach("good", in: repository)
        try FileManager.default.removeItem(atPath: "\(repository)/.git/objects")
        try house.up()
        let lost = try house.ended(next)
        #expect(lost["conclusion"] as? String == "failure")
        #expect((lost["reason"] as? String)?.isEmpty == false)
        #expect(try house.status()?["running"] as? Bool == true)
    }

    // MARK: Death

    @Test("A1: kill -9 of the daemon stops no step, and the next daemon goes on with the run")
    func survivesItsDeath() throws {
        let repository = try counting()
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("it counts") { try ticks(in: house.log(id)).count > 3 }
        try house.down(SIGKILL)
        let before = try ticks(in: house.log(id)).count
        try Wait.until("it counts on") { try ticks(in: house.log(id)).count > before + 3 }
        try house.up()
        try letGo()
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "success", "\(run)")
        let log = try house.log(id)
        let counted = ticks(in: log)
        #expect(counted == Array(1...max(1, counted.count)), "each tick once, in order: \(counted)")
        #expect(log.contains("last was \(counted.count)"))
        #expect(try house.rows("SELECT COUNT(*) FROM jobs") == ["2"])
        #expect(house.workers().isEmpty)
    }

    @Test("A13: a daemon that is stopped for a time goes on where it was, and its jobs never stopped")
    func goesOnAfterAPause() throws {
        let repository = try counting()
        try house.up()
        let daemon = try #require(house.daemon)
        let id = try house.detach("w", in: repository)
        try Wait.until("it counts") { try ticks(in: house.log(id)).count > 1 }
        daemon.signal(SIGSTOP)
        try letGo()
        try Wait.until("the worker is done") { house.workers().isEmpty }
        #expect(try house.run(id)["status"] as? String != "completed", "nobody is there to say so")
        daemon.signal(SIGCONT)
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "success", "\(run)")
        let counted = ticks(in: try house.log(id))
        #expect(counted == Array(1...max(1, counted.count)), "\(counted)")
        #expect(try house.status()?["pid"] as? Int == Int(daemon.pid))
    }

    @Test("A10: a job that ends while no daemon works is not run again")
    func findsResults() throws {
        let repository = try counting()
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("it counts") { try ticks(in: house.log(id)).count > 1 }
        try house.down(SIGKILL)
        try letGo()
        try Wait.until("the worker is done") { house.workers().isEmpty }
        try house.up()
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "success", "\(run)")
        let counted = ticks(in: try house.log(id))
        #expect(counted == Array(1...max(1, counted.count)), "\(counted)")
    }

    @Test(
        "A2, B15, J10: a worker that is killed or crashes fails its job with the reason, and leaves the others",
        arguments: [SIGKILL, SIGSEGV, SIGILL]
    )
    func losesAWorker(signal: Int32) throws {
        let repository = try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                steps: [ { run: 'echo begun; sleep 300 & setsid sleep 300 & sleep 300' } ]
              b: { needs: a, runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
              c:
                runs-on: ubuntu-latest
                steps: [ { run: "until test -e '\(go)'; do sleep 0.05; done" } ]
            """
        ])
        try house.up("--max-parallel", "2")
        let id = try house.detach("w", in: repository)
        try Wait.until("both work") { house.workers().count == 2 }
        try Wait.until("a begins") { try house.log(id).contains("begun") }
        let file = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/\(id)/1.worker"))
        let pid = try #require(Int32(String(decoding: file, as: UTF8.self).trimmingCharacters(in: .newlines)))
        kill(pid, signal)
        let killedAt = Date()
        try Wait.until("the job has failed") {
            try house.rows("SELECT conclusion, reason FROM jobs WHERE key = 'a'")
                == ["failure|worker-lost signal \(signal)"]
        }
        #expect(Date().timeIntervalSince(killedAt) < 20)
        #expect(
            !site.leftovers(except: ["daemon", "worker", "bash -e"]).contains { $0.contains("sleep 300") }
        )
        try letGo()
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "failure")
        let conclusions = try house.rows("SELECT key, conclusion FROM jobs ORDER BY key")
        #expect(conclusions == ["a|failure", "b|skipped", "c|success"])
    }

    @Test("A2: a worker that dies while no daemon works is found to be lost")
    func findsALostWorker() throws {
        let repository = try counting()
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("it counts") { try ticks(in: house.log(id)).count > 1 }
        try house.down(SIGKILL)
        for worker in house.workers() { kill(worker, SIGKILL) }
        try house.up()
        let run = try house.ended(id)
        #expect(run["conclusion"] as? String == "failure")
        #expect(try house.rows("SELECT reason FROM jobs WHERE key = 'a'") == ["worker-lost"])
        try Wait.until("nothing of it lives") {
            !site.leftovers().contains { $0.contains("tick") }
        }
    }

    @Test("B9: a step that kills its parent ends its own job, and a step that kills the daemon ends none")
    func stepsThatKill() throws {
        let repository = try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a: { runs-on: ubuntu-latest, steps: [ { run: 'kill -9 $PPID; sleep 20' } ] }
              b:
                runs-on: ubuntu-latest
                steps: [ { run: 'kill -9 $(cut -d" " -f1 \(site.state)/daemon.lock); sleep 0.2; echo survived' } ]
            """
        ])
        try house.up()
        let first = try house.detach("w", "-j", "a", in: repository)
        #expect(try house.ended(first)["conclusion"] as? String == "failure")
        let second = try house.detach("w", "-j", "b", in: repository)
        _ = try house.daemon?.wait(seconds: 30)
        try house.up()
        #expect(try house.ended(second)["conclusion"] as? String == "success")
        #expect(try house.log(second).contains("survived"))
    }

    // MARK: Its end

    @Test("A9: SIGTERM ends the daemon at once, and jobs go on")
    func endsAtOnce() throws {
        let repository = try counting()
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("it counts") { try ticks(in: house.log(id)).count > 1 }
        let start = Date()
        let ended = try house.down(SIGTERM)
        #expect(ended.status == 0, "\(ended.everything)")
        #expect(Date().timeIntervalSince(start) < 10)
        #expect(house.workers().count == 1)
        try house.up()
        try letGo()
        #expect(try house.ended(id)["conclusion"] as? String == "success")
    }

    @Test("A9: with --drain it waits for its runs, begins no other, and a second SIGTERM cancels them")
    func drains() throws {
        let repository = try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - run: "trap 'echo cleanup; exit 0' INT; echo begun; while :; do sleep 0.05; done"
                  - { if: always(), run: 'echo afterwards' }
            """
        ])
        try house.up("--drain")
        let id = try house.detach("w", in: repository)
        try Wait.until("it has begun") { try house.log(id).contains("begun") }
        house.daemon?.signal(SIGTERM)
        usleep(300_000)
        let late = try house.detach("w", in: repository)
        usleep(500_000)
        #expect(try house.run(late)["status"] as? String == "queued")
        let ended = try house.down(SIGTERM, seconds: 60)
        #expect(ended.status == 0, "\(ended.everything)")
        let run = try house.run(id)
        #expect(run["conclusion"] as? String == "cancelled", "\(run)")
        let log = try house.log(id)
        #expect(log.contains("cleanup") && log.contains("afterwards"), "\(log)")
    }

    @Test("B14: SIGHUP does nothing, and clients that go away in the middle do not either")
    func livesOn() throws {
        try house.up()
        let daemon = try #require(house.daemon)
        daemon.signal(SIGHUP)
        let clients = """
            import socket, sys
            for _ in range(50):
                client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                client.sendall(b"POST /hooks/github HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100\\r\\n\\r\\nhalf")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")
                client.close()
            """
        let port = try #require(house.address.split(separator: ":").last.map(String.init))
        let gone = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", clients, port],
            in: site.folder,
            environment: site.environment
        ).wait()
        #expect(gone.status == 0, "\(gone.everything)")
        #expect(try house.status()?["pid"] as? Int == Int(daemon.pid))
        let health = try SiteProcess(
            "/usr/bin/env",
            ["curl", "-s", house.address + "/healthz"],
            in: site.folder,
            environment: site.environment
        ).wait()
        #expect(health.output.contains("ok"), "\(health.everything)")
    }

    @Test("F1: a second daemon says who works")
    func worksAlone() throws {
        try house.up()
        let pid = try #require(house.daemon?.pid)
        let second = try site.start(["daemon", "--listen", "127.0.0.1:0"], in: site.folder).wait(seconds: 30)
        #expect(second.status == 2 && second.errors.contains("process id \(pid)"), "\(second.everything)")
        try house.down(SIGKILL)
        // What the dead one has left keeps nobody out.
        #expect(try house.status()?["running"] as? Bool == false)
        try house.up()
    }

    // MARK: Cancelling

    @Test("B2: a run of the daemon is cancelled GitHub's way, waiting or running")
    func cancels() throws {
        let repository = try repository([
            "w.yml": """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - run: "trap 'echo cleanup; exit 0' INT; echo begun; while :; do sleep 0.05; done"
                  - { if: cancelled(), run: 'echo afterwards' }
                  - { run: 'echo never' }
            """
        ])
        try house.up("--max-parallel", "1")
        let id = try house.detach("w", in: repository)
        let waiting = try house.detach("w", in: repository)
        try Wait.until("it has begun") { try house.log(id).contains("begun") }
        try site.flowrun("run", "cancel", waiting, in: repository)
        #expect(try house.ended(waiting)["conclusion"] as? String == "cancelled")
        try site.flowrun("run", "cancel", id, in: repository)
        #expect(try house.ended(id)["conclusion"] as? String == "cancelled")
        let log = try house.log(id)
        #expect(log.contains("cleanup") && log.contains("afterwards") && !log.contains("never"), "\(log)")
        #expect(try !house.log(waiting).contains("begun"))
    }

    // MARK: Chains

    @Test("workflow_run tells of a run that is requested, in progress and completed, each once")
    func chains() throws {
        let repository = try repository([
            "w.yml":
                "name: First\non: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'exit 1' } ] } }\n",
            "then.yml": """
            name: Then
            on: { workflow_run: { workflows: [First], types: [requested, in_progress, completed] } }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps: [ { name: tell, run: 'echo "told: ${{ github.event.action }} ${{ github.event.workflow_run.conclusion }}"' } ]
            """,
            "last.yml": """
            on: { workflow_run: { workflows: [Then], types: [completed] } }
            jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }
            """,
        ])
        try house.up()
        let id = try house.detach("w", in: repository)
        try house.ended(id)
        try Wait.until("all followers have ended") {
            try house.rows("SELECT COUNT(*) FROM runs WHERE status = 'completed'") == ["7"]
        }
        let told = try (2...7).map { try house.log("\($0)") }.joined()
        for words in ["told: requested", "told: in_progress", "told: completed failure"] {
            #expect(told.components(separatedBy: words).count == 2, "\(words) in \(told)")
        }
        let parents = try house.rows(
            "SELECT COUNT(*), parent_run_id FROM runs WHERE path LIKE '%then%' GROUP BY 2"
        )
        #expect(parents == ["3|\(id)"])
    }

    // MARK: What it says

    @Test("it says how it is, to its own machine only")
    func saysHowItIs() throws {
        try house.up()
        func ask(_ path: String, _ options: String...) throws -> String {
            let asked = try SiteProcess(
                "/usr/bin/env",
                ["curl", "-s", "-w", "\n%{http_code}"] + options + [house.address + path],
                in: site.folder,
                environment: site.environment
            ).wait()
            return asked.output
        }
        #expect(try ask("/healthz") == "{\"status\":\"ok\"}\n\n200")
        let metrics = try ask("/metrics")
        #expect(metrics.contains("\nflowrun_runs_queued 0\n") && metrics.hasSuffix("200"), "\(metrics)")
        #expect(try ask("/healthz", "-H", "Host: evil.example").hasSuffix("421"))
        #expect(try ask("/nothing").hasSuffix("404"))
    }

    @Test("it tells systemd that it is ready, lives, and ends")
    func tellsSystemd() throws {
        let socket = "\(site.folder)/notify"
        let script = """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind(sys.argv[1])
            print("bound", flush=True)
            while True:
                said = listener.recv(4096).decode()
                print(said, flush=True)
                if said == "STOPPING=1": break
            """
        let listener = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script, socket],
            in: site.folder,
            environment: site.environment
        )
        try listener.waitFor("bound")
        try house.up(environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "600000"])
        try listener.waitFor("READY=1", seconds: 20)
        usleep(1_500_000)
        try house.down()
        let said = try listener.wait(seconds: 20).output
        #expect(said.components(separatedBy: "WATCHDOG=1").count > 3, "\(said)")
        #expect(said.hasSuffix("STOPPING=1\n"), "\(said)")
    }

    @Test("one repository's many jobs do not keep another's waiting")
    func isFair() throws {
        let text = """
            on: workflow_dispatch
            jobs:
              a:
                runs-on: ubuntu-latest
                strategy: { matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8] } }
                steps: [ { run: 'echo "$(basename "$GITHUB_REPOSITORY")" >> "\(site.folder)/order"; sleep 0.3' } ]
            """
        let many = try site.repository([".github/workflows/w.yml": text], named: "many")
        let few = try site.repository(
            [".github/workflows/w.yml": text.replacing("1, 2, 3, 4, 5, 6, 7, 8", with: "1, 2")],
            named: "few"
        )
        try house.up("--max-parallel", "2")
        let first = try house.detach("w", in: many)
        try Wait.until("it works") { FileManager.default.fileExists(atPath: "\(site.folder)/order") }
        let second = try house.detach("w", in: few)
        try house.ended(first)
        try house.ended(second)
        let order = try String(contentsOfFile: "\(site.folder)/order", encoding: .utf8).split(separator: "\n")
        #expect(order.count == 10)
        let last = try #require(order.lastIndex(of: "few"))
        #expect(last < 8, "\(order)")
    }

    @Test("the unit that it writes is its own, and nobody else's is touched")
    func installs() throws {
        let written = try site.flowrun("daemon", "install", in: site.folder)
        #expect(written.status == 0, "\(written.everything)")
        let file = "\(site.folder)/home/.config/systemd/user/flowrun.service"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("FLOWRUN_HOME=\(site.state)") && text.contains("KillMode=process"))
        #expect(try site.flowrun("daemon", "install", in: site.folder).status == 0)
        #expect(try site.flowrun("daemon", "uninstall", in: site.folder).status == 0)
        try site.write(["home/.config/systemd/user/flowrun.service": "[Unit]\n"], to: site.folder)
        #expect(try site.flowrun("daemon", "install", in: site.folder).status == 2)
        #expect(try site.flowrun("daemon", "uninstall", in: site.folder).status == 2)
    }
}
