import Foundation
import Reports

extension ReportPost {
    /// Shows a report as a check run: `cml check create`.
    static func check(_ options: CheckOptions) async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let data = FileManager.default.contents(atPath: options.file) else {
            throw CommandEnd(.runFailed, "error: `\(options.file)` cannot be read")
        }
        do {
            guard let forge = try forge(options.forge, environment: environment, command: "check") else {
                throw CommandEnd(
                    .runFailed,
                    "error: a check needs GitHub as the remote, and a token (REPO_TOKEN)"
                )
            }
            let text = String(decoding: data, as: UTF8.self)
            let cml = CMLEnvironment(environment)
            let named = ["commit-sha", "head-sha"].lazy.compactMap { cml.value(of: $0, command: "check") }
            let sha = try options.commitSHA ?? named.first ?? context(environment).sha
            var check = CheckReport(
                sha: sha,
                summary: text,
                time: Date(),
                key: ""
            )
            check.set(
                title: options.title,
                status: options.status,
                conclusion: options.conclusion,
                environment: cml
            )
            check.key = "\(environment["GITHUB_RUN_ID"] ?? "")-\(Fingerprint.of(check.title + text))"
            _ = try await forge.check(check.validated())
        } catch let error as ReportsError {
            throw CommandEnd(.runFailed, "error: \(error)")
        }
    }
}
