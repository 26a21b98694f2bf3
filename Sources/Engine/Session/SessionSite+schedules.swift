package import Events
import Foundation
import Git
package import Workflows

/// Schedules are those of the default branch's files, and their runs are about its newest commit.
extension SessionSite {
    /// The newest commit of a repository's default branch; nil where there is no repository, or no commit.
    package static func defaultTip(of path: String) throws -> (branch: String, commit: String)? {
        guard let repository = try Repository.discover(from: path),
            let branch = try repository.defaultBranch(),
            let commit = try repository.commitOfReference("refs/heads/\(branch)")
        else { return nil }
        return (branch, commit.hex)
    }

    /// The lines of all `schedule`s of the site's commit, each with the path of its workflow.
    package func schedules() throws -> [(path: String, schedule: Schedule)] {
        try files().flatMap { file in
            (file.workflow?.triggers ?? []).flatMap(\.schedules).map { (file.path, $0) }
        }
    }

    package var scheduleEvents: ScheduleEvents {
        ScheduleEvents(repository: payloadRepository, ref: ref, sha: commit.hex, actor: actor)
    }
}

/// Makes the events of a repository's schedules, which are about one commit.
package struct ScheduleEvents: Sendable {
    fileprivate let repository: PayloadRepository
    fileprivate let ref: String
    fileprivate let sha: String
    fileprivate let actor: String

    /// A tick of a schedule.
    ///
    /// - Parameter workflow: The path of the file that it stands in.
    package func event(of schedule: Schedule, in workflow: String) -> Event {
        Event(
            name: "schedule",
            saying: schedulePayload(
                cron: schedule.cron.value,
                workflow: workflow,
                in: repository,
                by: actor
            ),
            ref: ref,
            sha: sha,
            actor: actor
        )
    }
}
