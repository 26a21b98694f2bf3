import Foundation
import Logging
package import Store

/// Tells a forge how runs and their jobs stand.
///
/// What these throw is a `StatusRefusal` where it is of no use to try again, and any other error where it may be.
package protocol StatusPost: Sendable {
    func post(_ state: OwedStatus.State, of run: RunRecord, to forge: String) async throws
    /// - Returns: The forge's number of the check run; nil where it has none.
    func post(_ check: OwedCheck, of job: JobRecord, in run: RunRecord) async throws -> Int64?
}

/// Why a forge is not told.
package struct StatusRefusal: Error, CustomStringConvertible {
    package var description: String
    /// Whether it is the same for all jobs of the run.
    package var isOfAllJobs: Bool
    /// Whether it was said before, of another run.
    package var isKnown: Bool

    package init(_ description: String, isOfAllJobs: Bool = false, isKnown: Bool = false) {
        self.description = description
        self.isOfAllJobs = isOfAllJobs
        self.isKnown = isKnown
    }
}

/// Sends the statuses and the jobs' results that are owed, until the forge has taken them.
///
/// A forge has one status of a commit by its name: what is sent again, after a crash, takes its own place. A check run
/// that may have been made is looked for by its key.
actor StatusSender {
    private static let most = 10

    private let store: Store
    private let post: any StatusPost
    private let log: Logger
    /// Each repository's are sent in order, those of several at the same time: one's forge holds up no other's.
    private var telling: Set<String> = []

    init(store: Store, post: any StatusPost, log: Logger) {
        self.store = store
        self.post = post
        self.log = log
    }

    /// Begins to send what is owed by now.
    func advance() {
        do {
            for (run, forge) in try store.runsWithUntoldEnd() {
                try store.oweStatus(OwedStatus.State(endOf: run), of: run.id, to: forge)
            }
            for run in try store.runsWithToldJobs() { try store.endChecks(of: run) }
            let due = Dictionary(grouping: try store.runsToTell(), by: \.repository)
            for (repository, runs) in due where telling.insert(repository).inserted {
                Task {
                    for run in runs { await self.tell(of: run.id) }
                    self.telling.remove(repository)
                }
            }
        } catch {
            log.error("statuses cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func tell(of id: Int64) async {
        do {
            guard let run = try store.run(id) else { return }
            if let status = try store.owedStatus(of: id) { try await send(status, of: run) }
            for check in try store.owedChecks(of: id) {
                // What it was when the checks were read may be over by now, and then the next round tells of it.
                guard let job = run.jobs.first(where: { $0.id == check.jobID }), job.status == check.status
                else { continue }
                guard try await send(check, of: job, in: run) else { return }
            }
        } catch {
            log.error(
                "what is owed to a forge cannot be kept",
                metadata: ["run": "\(id)", "error": "\(error)"]
            )
        }
    }

    private func send(_ status: OwedStatus, of run: RunRecord) async throws {
        let about: Logger.Metadata = ["run": "\(status.runID)", "state": "\(status.state.rawValue)"]
        do {
            try await post.post(status.state, of: run, to: status.forge)
            try store.settleStatus(status)
            log.info("status sent", metadata: about)
        } catch let error as StoreError {
            throw error
        } catch let refusal as StatusRefusal {
            try store.settleStatus(status, reason: "\(refusal)", endsChecks: refusal.isOfAllJobs)
            log.info("status not sent", metadata: about.merging(["reason": "\(refusal)"]) { $1 })
        } catch {
            try store.settleStatus(status, reason: "\(error)", again: Self.next(after: status.attempts))
            log.warning("status not taken", metadata: about.merging(["error": "\(error)"]) { $1 })
        }
    }
}

/// The results of jobs.
extension StatusSender {
    /// - Returns: Whether there is more to be told of the run's jobs.
    private func send(_ owed: OwedCheck, of job: JobRecord, in run: RunRecord) async throws -> Bool {
        var check = try store.beginCheck(owed)
        let about: Logger.Metadata = [
            "run": "\(run.id)", "job": "\(job.id)", "status": "\(check.status.rawValue)",
        ]
        do {
            check.number = try await post.post(check, of: job, in: run) ?? check.number
            try store.settleCheck(check)
            log.info("job's result sent", metadata: about)
        } catch let error as StoreError {
            throw error
        } catch let refusal as StatusRefusal {
            try store.settleCheck(check, reason: "\(refusal)")
            if refusal.isOfAllJobs { try store.endChecks(of: run.id) }
            if !refusal.isKnown {
                log.info("job's result not sent", metadata: about.merging(["reason": "\(refusal)"]) { $1 })
            }
            return !refusal.isOfAllJobs
        } catch {
            try store.settleCheck(check, reason: "\(error)", again: Self.next(after: owed.attempts))
            log.warning("job's result not taken", metadata: about.merging(["error": "\(error)"]) { $1 })
        }
        return true
    }

    /// 1, 2, 4 … 60 seconds later; nil after the last try.
    private static func next(after attempts: Int) -> Date? {
        attempts + 1 >= most ? nil : Date().addingTimeInterval(min(60, pow(2, Double(attempts))))
    }
}

extension OwedStatus.State {
    /// What a forge says of a run that has ended.
    init(endOf run: RunRecord) {
        switch run.conclusion {
        case .success, .skipped, .neutral: self = .success
        case .failure, .timedOut, .actionRequired: self = .failure
        case .cancelled, nil: self = .error
        }
    }
}
