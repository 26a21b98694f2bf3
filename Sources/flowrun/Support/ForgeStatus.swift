import Daemon
import Engine
import Foundation
import Git
import Reports
import Store

/// Sets the status of a run's commit at the forge that the repository came from, with the repository's own token.
struct ForgeStatus: StatusPost {
    let store: Store

    func post(_ state: OwedStatus.State, of run: RunRecord, to forge: String) async throws {
        guard let origin = try Repository.discover(from: run.repository)?.remoteURL("origin") else {
            throw StatusRefusal("the repository has no `origin`")
        }
        guard let address = try address(of: origin, forge) else {
            throw StatusRefusal("`origin` is on no forge")
        }
        guard let token = try token(for: run.repository) else {
            throw StatusRefusal("no secret GITHUB_TOKEN is stored for the repository")
        }
        let fault = await fault(
            of: run,
            state,
            // What a busy forge has not taken is owed, and tried again from there.
            at: Reports.forge(at: address, token: token, patience: .seconds(4), send: ForgeHTTP.send)
        )
        guard let fault else { return }
        if fault.isFinal { throw StatusRefusal("\(fault)") }
        throw fault
    }

    /// What keeps the forge from taking the status; nil where it has taken it.
    private func fault(
        of run: RunRecord,
        _ state: OwedStatus.State,
        at forge: any Forge
    ) async -> ReportsError? {
        do throws(ReportsError) {
            _ = try await forge.setStatus(
                of: run.headSHA,
                to: CommitState(rawValue: state.rawValue) ?? .error,
                name: "flowrun / \(run.name)",
                description: description(of: run, state),
                url: nil
            )
            return nil
        } catch {
            return error
        }
    }

    private func address(of origin: String, _ forge: String) throws -> ForgeAddress? {
        do {
            return try ForgeAddress.detect(driver: forge, origin: origin)
        } catch {
            throw StatusRefusal("\(error)")
        }
    }

    private func token(for repository: String) throws -> String? {
        let secrets = try store.secrets(for: repository)
        return ["GITHUB_TOKEN", "REPO_TOKEN"].lazy.compactMap { secrets[$0] }.first { !$0.isEmpty }
    }

    private func description(of run: RunRecord, _ state: OwedStatus.State) -> String {
        guard state != .pending else { return "Run \(run.id) is in progress" }
        let how = run.conclusion?.rawValue.replacing("_", with: " ") ?? state.rawValue
        return "Run \(run.id): \(how) after \(Words.duration(run.startedAt, run.completedAt))"
    }
}

extension ReportsError {
    /// Whether to try again changes nothing: the forge has answered, and does not want it.
    fileprivate var isFinal: Bool {
        switch reason {
        case .refused(_, let status, _): status < 500 && status != 429
        case .noAnswer: false
        default: true
        }
    }
}
