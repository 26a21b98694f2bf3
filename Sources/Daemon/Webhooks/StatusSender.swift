import Foundation
import Logging
package import Store

/// Tells a forge how a run stands.
package protocol StatusPost: Sendable {
    /// - Throws: `StatusRefusal` where it is of no use to try again, any other error where it may be.
    func post(_ state: OwedStatus.State, of run: RunRecord, to forge: String) async throws
}

/// Why a forge is not told.
package struct StatusRefusal: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Sends the statuses that are owed, until the forge has taken them.
///
/// A forge has one status of a commit by its name: what is sent again, after a crash, takes its own place.
actor StatusSender {
    private static let most = 10

    private let store: Store
    private let post: any StatusPost
    private let log: Logger
    private var isSending = false

    init(store: Store, post: any StatusPost, log: Logger) {
        self.store = store
        self.post = post
        self.log = log
    }

    /// Sends what is owed by now.
    func advance() async {
        guard !isSending else { return }
        isSending = true
        defer { isSending = false }
        do {
            for status in try store.owedStatuses() { try await send(status) }
        } catch {
            log.error("statuses cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func send(_ status: OwedStatus) async throws {
        guard let run = try store.run(status.runID) else { return }
        let about: Logger.Metadata = ["run": "\(status.runID)", "state": "\(status.state.rawValue)"]
        do {
            try await post.post(status.state, of: run, to: status.forge)
            try store.settleStatus(status)
            log.info("status sent", metadata: about)
        } catch let error as StoreError {
            throw error
        } catch let refusal as StatusRefusal {
            try store.settleStatus(status, reason: "\(refusal)")
            log.info("status not sent", metadata: about.merging(["reason": "\(refusal)"]) { $1 })
        } catch {
            // 1, 2, 4 … 60 seconds later.
            let wait = min(60, pow(2, Double(status.attempts)))
            let isLast = status.attempts + 1 >= Self.most
            try store.settleStatus(
                status,
                reason: "\(error)",
                again: isLast ? nil : Date().addingTimeInterval(wait)
            )
            log.warning("status not taken", metadata: about.merging(["error": "\(error)"]) { $1 })
        }
    }
}
