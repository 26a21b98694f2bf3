import Foundation
import Testing

/// A forge of one repository, `o/r`, on a free port of this machine.
///
/// It has git over http and the part of a forge's API that reports need, and writes down what it is asked.
final class FakeHub {
    enum Kind: String, CaseIterable, Sendable { case github, gitlab, gitea }

    /// What was asked, and with which fields.
    struct Request {
        var line: String
        /// The header that carried the token, with it.
        var authorization: String
        var fields: [String: Any]
        /// When it came, in seconds.
        var time: Double

        func text(_ field: String) -> String? { fields[field] as? String }
    }

    let address: String
    private let log: String
    private let server: SiteProcess

    /// - Parameters:
    ///   - pull: The open pull request that holds every commit.
    ///   - token: What opens its git.
    ///   - refuses: Whether it answers 403 to whatever would change something.
    ///   - refusesChecks: Whether it answers so to check runs, as GitHub to whom is no App.
    ///   - cut: What befalls the first comment's post: its connection is cut, `mid` or `after`, or it is answered with a
    ///     status, such as `500`; with 429 comes `Retry-After: 2`. With `check` the first check run is made and not answered.
    init(
        _ site: Site,
        _ kind: Kind = .github,
        pull: Int? = nil,
        token: String = "",
        refuses: Bool = false,
        refusesChecks: Bool = false,
        cut: String = ""
    ) throws {
        log = "\(site.folder)/forge.log"
        try Data().write(to: URL(fileURLWithPath: log))
        var environment = site.environment
        environment["FORGE_TOKEN"] = token
        server = try SiteProcess(
            "/usr/bin/env",
            [
                "python3", "-u", "-c", FakeHubServer.script, log, kind.rawValue, "\(pull ?? 0)", site.folder,
                refuses ? "refuses" : refusesChecks ? "checks" : "", cut,
            ],
            in: site.folder,
            environment: environment
        )
        try server.waitFor("\n")
        address = "http://127.0.0.1:" + server.outputSoFar.prefix { $0 != "\n" }
    }

    deinit {
        // Not a termination: what Swift Testing starts has that signal blocked.
        server.signal(SIGKILL)
        _ = try? server.wait(seconds: 10)
    }

    /// What its API was asked.
    func requests() throws -> [Request] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let entry = try #require(value)
            return Request(
                line: entry["line"] as? String ?? "",
                authorization: entry["authorization"] as? String ?? "",
                fields: entry["fields"] as? [String: Any] ?? [:],
                time: entry["time"] as? Double ?? 0
            )
        }
    }

    /// Requests that changed something.
    func writes() throws -> [Request] { try requests().filter { !$0.line.hasPrefix("GET ") } }
}
