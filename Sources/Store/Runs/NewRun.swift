package import Foundation

/// A run that is to be.
package struct NewRun: Sendable {
    /// The repository's path on this machine.
    package var repository: String
    /// The workflow file's path in the repository.
    package var path: String
    /// The workflow's name.
    package var name: String
    package var displayTitle: String
    package var event: String
    /// The full name of the ref; empty where a bare commit was asked for.
    package var ref: String
    package var headSHA: String
    package var headBranch: String?
    /// `github.event`, as JSON.
    package var payload: String
    /// The workflow file's text, as it is run.
    package var workflow: String
    package var parentRunID: Int64?
    /// Any earlier attempt of it: it has that one's number.
    package var earlierAttempt: Int64?
    /// The process that runs it.
    package var owner: RunOwner?
    /// Absent unless it waits for the daemon: one with the higher number starts first.
    package var priority: Int?
    /// The event that makes it, which makes one run of a workflow and no more.
    package var eventID: Int64?
    /// What the person who asks for it has settled, sealed.
    package var choices: Data?
    package var createdAt: Date

    package init(
        repository: String,
        path: String,
        name: String,
        displayTitle: String,
        event: String,
        ref: String,
        headSHA: String,
        headBranch: String? = nil,
        payload: String,
        workflow: String,
        parentRunID: Int64? = nil,
        earlierAttempt: Int64? = nil,
        owner: RunOwner? = nil,
        createdAt: Date = Date()
    ) {
        self.repository = repository
        self.path = path
        self.name = name
        self.displayTitle = displayTitle
        self.event = event
        self.ref = ref
        self.headSHA = headSHA
        self.headBranch = headBranch
        self.payload = payload
        self.workflow = workflow
        self.parentRunID = parentRunID
        self.earlierAttempt = earlierAttempt
        self.owner = owner
        self.createdAt = createdAt
    }
}

/// A process, told apart from a later one with the same number by when it started.
package struct RunOwner: Sendable, Hashable {
    package var pid: Int32
    /// In the system's own units: only ever compared for equality.
    package var startTime: Int64

    package init(pid: Int32, startTime: Int64) {
        self.pid = pid
        self.startTime = startTime
    }
}

/// A job that is to be: for a matrix, one row of it.
package struct NewJob: Sendable {
    /// The job's id in the workflow file.
    package var key: String
    package var name: String

    package init(key: String, name: String) {
        self.key = key
        self.name = name
    }
}

/// A run that is queued or in progress, and who runs it.
package struct UnfinishedRun: Sendable {
    package var record: RunRecord
    package var owner: RunOwner?
}

/// What a run was made of, for doing it again.
package struct RunSource: Sendable {
    package var ref: String
    /// `github.event`, as JSON.
    package var payload: String
    /// The workflow file's text.
    package var workflow: String
}

/// What a step wrote to `GITHUB_STEP_SUMMARY`.
package struct Summary: Sendable, Equatable {
    package var jobID: Int64
    package var jobName: String
    package var step: Int
    package var markdown: String
}
