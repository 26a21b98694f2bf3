import Foundation
import Testing

/// A site with a daemon, which is ended with it.
final class DaemonSite {
    let site: Site
    private(set) var daemon: SiteProcess?
    /// `http://127.0.0.1:PORT`, once the daemon answers.
    private(set) var address = ""

    init() throws { site = try Site() }

    deinit {
        daemon?.signal(SIGKILL)
        _ = try? daemon?.wait(seconds: 10)
        for pid in site.processes() { kill(pid, SIGKILL) }
    }

    /// Starts a daemon and waits until it answers.
    ///
    /// - Parameters:
    ///   - program: The words of a program that becomes the daemon, where it is not started by itself.
    ///   - descriptors: How many files and connections it may have open.
    func up(
        _ options: String...,
        through program: [String] = [],
        descriptors: Int? = nil,
        environment: [String: String] = [:]
    ) throws {
        let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
        let daemon = try SiteProcess(
            "/bin/sh",
            ["-c", limit + "exec \"$@\"", "sh"] + program
                + [Site.binary, "daemon", "run", "--listen", "127.0.0.1:0"] + options,
            in: site.folder,
            environment: site.environment.merging(environment) { $1 }
        )
        self.daemon = daemon
        try Wait.until("the daemon answers") {
            guard let status = try status(), status["pid"] as? Int == Int(daemon.pid),
                let address = status["address"] as? String
            else { return false }
            self.address = "http://\(address)"
            return true
        }
    }

    /// Ends the daemon by a signal, and waits for it.
    @discardableResult
    func down(_ signal: Int32 = SIGTERM, seconds: Double = 30) throws -> SiteResult {
        let daemon = try #require(daemon)
        daemon.signal(signal)
        defer { self.daemon = nil }
        return try daemon.wait(seconds: seconds)
    }

    func status() throws -> [String: Any]? {
        let said = try site.flowrun("daemon", "status", "--json", in: site.folder)
        return try? JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any]
    }

    /// Hands a workflow over, and gives the run's id.
    func detach(_ workflow: String, _ options: String..., in repository: String) throws -> String {
        let result = try site.start(["dispatch", workflow, "--detach"] + options, in: repository).wait()
        try #require(result.status == 0, "\(result.everything)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func run(_ id: String) throws -> [String: Any] {
        let said = try site.flowrun("run", "view", id, "--json", in: site.folder)
        let object = try JSONSerialization.jsonObject(with: Data(said.output.utf8))
        return try #require(object as? [String: Any], "\(said.everything)")
    }

    /// Waits for a run's end, and gives it.
    @discardableResult
    func ended(_ id: String, seconds: Double = 60) throws -> [String: Any] {
        try Wait.until("run \(id) has ended", seconds: seconds) {
            try run(id)["status"] as? String == "completed"
        }
        return try run(id)
    }

    func log(_ id: String) throws -> String {
        try site.flowrun("run", "logs", id, in: site.folder).output
    }

    /// What the store says to a query.
    func rows(_ query: String) throws -> [String] {
        let python = """
            import sqlite3, sys
            for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
                print("|".join("" if value is None else str(value) for value in row))
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", python, "\(site.state)/store/flowrun.db", query],
            in: site.folder,
            environment: site.environment
        ).wait()
        try #require(done.status == 0, "\(done.everything)")
        return done.output.split(separator: "\n").map(String.init)
    }

    /// The process ids of the workers.
    func workers() -> [Int32] {
        site.processes().filter { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains("\0worker\0")
        }
    }
}

/// Waits for what takes its time.
enum Wait {
    static func until(_ what: String, seconds: Double = 60, _ condition: () throws -> Bool) throws {
        let limit = Date() + seconds
        while try !condition() {
            guard Date() < limit else { throw SiteError(message: "after \(seconds) s not yet: \(what)") }
            usleep(50_000)
        }
    }
}

extension Site {
    /// Processes that have this site's home in their environment.
    func processes() -> [Int32] {
        let mark = Data("HOME=\(folder)/home\0".utf8)
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { pid in
            FileManager.default.contents(atPath: "/proc/\(pid)/environ")?.range(of: mark) != nil
        }
    }
}
