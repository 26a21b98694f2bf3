import Daemon
import Engine
import Foundation
import Git
import Reports
import Store
import Synchronization

/// Tells the forge that a repository came from how a run and its jobs stand, with the repository's own token.
final class ForgeStatus: StatusPost {
    /// So long a token that may not show jobs is not tried again.
    private static let pause: TimeInterval = 3600

    /// A repository and its token.
    private struct Holder: Hashable {
        var repository: String
        var token: String
    }

    private let store: Store
    /// Until when a token is taken for one that may not show jobs, and why.
    private let refused = Mutex<[Holder: (until: Date, reason: String)]>([:])

    init(store: Store) { self.store = store }

    func post(_ state: OwedStatus.State, of run: RunRecord, to forge: String) async throws {
        let (forge, _) = try self.forge(of: run, forge)
        do {
            _ = try await forge.setStatus(
                of: try commit(of: run),
                to: CommitState(rawValue: state.rawValue) ?? .error,
                name: "flowrun / \(run.name)",
                description: description(of: run, state),
                url: nil
            )
        } catch let fault as ReportsError where fault.isFinal {
            throw StatusRefusal("\(fault)")
        }
    }

    func post(_ owed: OwedCheck, of job: JobRecord, in run: RunRecord) async throws -> Int64? {
        let (forge, token) = try self.forge(of: run, owed.forge)
        let holder = Holder(repository: run.repository, token: token)
        if let known = refused.withLock({ $0[holder] }), known.until > Date() {
            throw StatusRefusal(known.reason, isOfAllJobs: true, isKnown: true)
        }
        let check = JobCheck(
            name: "\(run.name) / \(job.name)",
            sha: try commit(of: run),
            job: job,
            title: description(of: job),
            summary: try summary(of: job, in: run),
            wholeSummary: "`flowrun run view \(run.id)`",
            key: owed.key,
            number: owed.number,
            mayBeThere: owed.mayBeThere
        )
        let fault: ReportsError
        do throws(ReportsError) {
            return try await forge.show(check)
        } catch {
            fault = error
        }
        guard fault.isFinal else { throw fault }
        guard fault.isOfToken else { throw StatusRefusal("\(fault)") }
        let reason = "\(fault); the token may show no results of jobs (GitHub takes check runs of Apps alone)"
        refused.withLock { $0[holder] = (Date().addingTimeInterval(Self.pause), reason) }
        throw StatusRefusal(reason, isOfAllJobs: true)
    }

    /// The forge, and the token that it is asked with.
    private func forge(of run: RunRecord, _ kind: String) throws -> (any Forge, token: String) {
        guard let origin = try Repository.discover(from: run.repository)?.remoteURL("origin") else {
            throw StatusRefusal("the repository has no `origin`", isOfAllJobs: true, isKnown: true)
        }
        guard let address = try address(of: origin, kind) else {
            throw StatusRefusal("`origin` is on no forge", isOfAllJobs: true, isKnown: true)
        }
        guard let token = try token(for: run.repository) else {
            throw StatusRefusal(
                "no secret GITHUB_TOKEN is stored for the repository",
                isOfAllJobs: true,
                isKnown: true
            )
        }
        // What a busy forge has not taken is owed, and tried again from there.
        return (
            Reports.forge(at: address, token: token, patience: .seconds(4), send: ForgeHTTP.send), token
        )
    }

    private func address(of origin: String, _ forge: String) throws -> ForgeAddress? {
        do {
            return try ForgeAddress.detect(driver: forge, origin: origin)
        } catch {
            throw StatusRefusal("\(error)", isOfAllJobs: true, isKnown: true)
        }
    }

    private func token(for repository: String) throws -> String? {
        let secrets = try store.secrets(for: repository)
        return ["GITHUB_TOKEN", "REPO_TOKEN"].lazy.compactMap { secrets[$0] }.first { !$0.isEmpty }
    }

    /// The commit that people look at: of a pull request its own, not the merge that it ran on.
    private func commit(of run: RunRecord) throws -> String {
        guard run.event.hasPrefix("pull_request"), let payload = try store.source(of: run.id)?.payload else {
            return run.headSHA
        }
        struct Payload: Decodable {
            struct Pull: Decodable { var head: Head? }
            struct Head: Decodable { var sha: String? }
            var pullRequest: Pull?

            enum CodingKeys: String, CodingKey { case pullRequest = "pull_request" }
        }
        let event = try JSONDecoder().decode(Payload.self, from: Data(payload.utf8))
        return event.pullRequest?.head?.sha.flatMap { $0.isEmpty ? nil : $0 } ?? run.headSHA
    }
}

/// The words that a forge shows.
extension ForgeStatus {
    private func description(of run: RunRecord, _ state: OwedStatus.State) -> String {
        guard state != .pending else { return "Run \(run.id) is in progress" }
        let how = run.conclusion?.rawValue.replacing("_", with: " ") ?? state.rawValue
        return "Run \(run.id): \(how) after \(Words.duration(run.startedAt, run.completedAt))"
    }

    private func description(of job: JobRecord) -> String {
        guard job.status == .completed else { return "Run \(job.runID) is in progress" }
        let how = job.conclusion?.rawValue.replacing("_", with: " ") ?? ""
        let time = job.startedAt.map { " after \(Words.duration($0, job.completedAt))" } ?? ""
        return "Run \(job.runID): \(how)\(time)"
    }

    /// What the job's steps wrote to their summaries, else how they ended.
    private func summary(of job: JobRecord, in run: RunRecord) throws -> String {
        guard job.status == .completed else { return "The job is in progress." }
        let written = try store.summaries(run.id).filter { $0.jobID == job.id }.map(\.markdown)
        let reason = job.reason.map { ["The job ended because of: \(SafeText.line($0))"] } ?? []
        if !written.isEmpty { return (reason + written).joined(separator: "\n\n") }
        let steps = job.steps.map { step in
            let words = step.conclusion?.rawValue.replacing("_", with: " ") ?? step.status.rawValue
            return
                "- \(Words.mark(step.conclusion, step.status)) `\(step.name.replacing("`", with: "'"))`: \(words)"
        }
        return (reason + (steps.isEmpty ? ["No step has run."] : [steps.joined(separator: "\n")]))
            .joined(separator: "\n\n")
    }
}

extension ReportsError {
    /// Whether to try again changes nothing: the forge has answered, and does not want it.
    fileprivate var isFinal: Bool {
        switch reason {
        case .refused(_, let status, _): status < 500 && status != 429
        case .noAnswer, .busy: false
        default: true
        }
    }

    /// Whether it is the token that the forge does not want for this.
    fileprivate var isOfToken: Bool {
        if case .refused(_, let status, _) = reason { [401, 403, 404].contains(status) } else { false }
    }
}
