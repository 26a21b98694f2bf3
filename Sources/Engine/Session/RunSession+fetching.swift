import Events
import Expressions
import Foundation
import Git
import Store

/// Events of a forge are about commits that the repository of this machine may not have yet.
extension RunSession {
    /// Brings what an event is about, and looks at what it changes, as far as the forge does not say.
    ///
    /// No branch of the user's is moved: what is fetched is kept under `refs/flowrun/`.
    func completed(_ event: Event) async throws -> Event {
        let secrets = try options.secrets(in: store, for: options.folder)
        let folder = options.folder
        return try await BlockingWork.run {
            guard let repository = try Repository.discover(from: folder) else {
                throw SessionError.noRepository(folder)
            }
            var event = event
            if let commit = CommitID(event.sha) {
                try Self.bring(commit, of: event, into: repository, token: secrets["GITHUB_TOKEN"])
            }
            if event.name == "push", event.changedPaths == nil {
                event.changedPaths = try Self.changedPaths(of: event, in: repository)
            }
            return event
        }
    }

    private static func bring(
        _ commit: CommitID,
        of event: Event,
        into repository: Repository,
        token: String?
    ) throws {
        guard try !repository.contains(commit) else { return }
        guard let origin = try repository.remoteURL("origin") else {
            throw SessionError.refused(
                "the commit \(commit.short) is not here, and the repository has no `origin`"
            )
        }
        let number = event.payload["pull_request"]["number"].text
        let refs =
            number.isEmpty
            ? [event.ref]
            : ["refs/pull/\(number)/merge", "refs/pull/\(number)/head", "refs/merge-requests/\(number)/head"]
        let isHere = try repository.bring(
            commit,
            from: origin,
            refs: refs.filter { !$0.isEmpty },
            keptAs: "refs/flowrun/events/\(commit.hex)",
            credentials: token.map { Credentials(token: $0) } ?? .none
        )
        guard isHere else {
            throw SessionError.refused(
                "`\(RemoteAddress.redacted(origin))` has no commit \(commit.short) any more"
            )
        }
    }

    private static func changedPaths(of event: Event, in repository: Repository) throws -> [String]? {
        guard let after = CommitID(event.sha), let before = CommitID(event.payload["before"].text),
            try repository.contains(before), try repository.contains(after)
        else { return nil }
        return try repository.changedPaths(from: before, to: after)
    }
}
