import Foundation
import Testing

/// A daemon that is killed while it takes in a webhook, whose sender asks again until it is told that it was taken.
@Suite(.enabled(if: Strace.isPossible, "strace is not there or may not trace"))
struct DaemonKillTests {
    private let house: DaemonSite
    private var site: Site { house.site }
    private let repository: String

    private static let secret = "s3cret of the forge"
    /// Sends a push with a delivery's id, and prints the answer's status; 0 where there is none.
    private static let sender = """
        import getpass, hashlib, hmac, json, sys, urllib.error, urllib.request
        url, secret, delivery, commit = sys.argv[1:]
        body = json.dumps({
            "ref": "refs/heads/main", "before": "0" * 40, "after": commit, "deleted": False, "number": delivery,
            "repository": {"full_name": getpass.getuser() + "/repo"}, "sender": {"login": "octo"},
        }).encode()
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": delivery, "X-Hub-Signature-256": "sha256=" + digest}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
                print(answer.status)
        except urllib.error.HTTPError as answer:
            print(answer.code)
        except OSError:
            print(0)
        except Exception:  # an answer that was cut
            print(0)
        """

    init() throws {
        house = try DaemonSite()
        repository = try house.site.repository(
            steps: "- run: echo \"$GITHUB_RUN_ID\" >> '\(house.site.folder)/side'"
        )
        try house.site.git(
            "clone",
            "-q",
            "--bare",
            repository,
            "\(house.site.folder)/forge.git",
            in: house.site.folder
        )
        try house.site.git("remote", "add", "origin", "\(house.site.folder)/forge.git", in: repository)
        let added = try house.site.flowrun(
            "repo",
            "add",
            "--webhook-secret-from-file",
            "-",
            in: repository,
            input: Self.secret + "\n"
        )
        try #require(added.status == 0, "\(added.everything)")
    }

    private func send(_ delivery: String, _ commit: String) throws -> Int {
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", Self.sender, house.address + "/hooks/github", Self.secret, delivery, commit],
            in: site.folder,
            environment: site.environment
        ).wait(seconds: 60)
        return try #require(
            Int(done.output.trimmingCharacters(in: .whitespacesAndNewlines)),
            "\(done.everything)"
        )
    }

    @Test("A11: a kill at any call between a webhook's receipt and its answer leads to one run")
    func webhook() throws {
        let commit = try site.git("rev-parse", "HEAD", in: repository)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        var (deaths, unanswered) = (0, 0)
        var deliveries: [String] = []
        try house.up()
        for (call, points) in [("pwrite64", [1, 2, 3, 5, 8, 12, 17, 25]), ("fdatasync", [1, 2, 3, 5])] {
            for point in points {
                let delivery = "\(call)-\(point)"
                deliveries.append(delivery)
                let tracer = try house.killing(at: call, number: point)
                defer { tracer.signal(SIGKILL) }
                let first = try send(delivery, commit)
                if first == 0 { unanswered += 1 }
                // What comes of it may be the end of the daemon, too.
                if first / 100 == 2 { usleep(100_000) }
                if try house.goOn(after: tracer) { deaths += 1 }
                var answer = first
                try Wait.until("\(delivery) is taken") {
                    if answer / 100 != 2 { answer = try send(delivery, commit) }
                    return answer / 100 == 2
                }
                // The forge sends it once more.
                #expect(try send(delivery, commit) == 200)
            }
        }
        #expect(deaths > 4 && unanswered > 1, "killed \(deaths) times, \(unanswered) before the answer")
        try Wait.until("all has ended") {
            try house.rows("SELECT 1 FROM events WHERE status = 'pending'").isEmpty
                && house.rows("SELECT 1 FROM runs WHERE status <> 'completed'").isEmpty
        }
        for delivery in deliveries {
            let made = try house.rows(
                "SELECT COUNT(*) FROM runs JOIN events ON event_id = events.id WHERE key = 'webhook:github:\(delivery)'"
            )
            #expect(made == ["1"], "\(delivery)")
        }
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["\(deliveries.count)"])
        #expect(try house.rows("SELECT DISTINCT conclusion FROM runs") == ["success"])
        let side = try site.text(of: "\(site.folder)/side").split(separator: "\n")
        #expect(
            side.count == deliveries.count && Set(side).count == side.count,
            "each step ran once: \(side)"
        )
    }
}
