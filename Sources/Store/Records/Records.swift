package import Foundation

/// One run of one workflow.
///
/// Coded with the field names of GitHub's REST API.
package struct RunRecord: Sendable, Codable, Equatable {
    package var id: Int64
    /// Counts the runs of one workflow file in one repository, from 1.
    package var runNumber: Int
    package var runAttempt: Int
    /// The workflow's name.
    package var name: String
    package var displayTitle: String
    /// The workflow file's path in the repository.
    package var path: String
    package var event: String
    package var headSHA: String
    /// Absent where the ref is not a branch.
    package var headBranch: String?
    package var status: Status
    package var conclusion: Conclusion?
    /// Why it ended as it did, where that is not told by a step (`worker-lost`, `interrupted`, ...).
    package var reason: String?
    package var createdAt: Date
    package var startedAt: Date?
    package var completedAt: Date?
    /// The run whose end started this one (`workflow_run`).
    package var parentRunID: Int64?
    /// The repository's path on this machine.
    package var repository: String
    package var jobs: [JobRecord]

    package init(
        id: Int64,
        runNumber: Int,
        runAttempt: Int = 1,
        name: String,
        displayTitle: String,
        path: String,
        event: String,
        headSHA: String,
        headBranch: String? = nil,
        status: Status = .queued,
        conclusion: Conclusion? = nil,
        reason: String? = nil,
        createdAt: Date,
        startedAt: Date? = nil,
        completedAt: Date? = nil,
        parentRunID: Int64? = nil,
        repository: String,
        jobs: [JobRecord] = []
    ) {
        self.id = id
        self.runNumber = runNumber
        self.runAttempt = runAttempt
        self.name = name
        self.displayTitle = displayTitle
        self.path = path
        self.event = event
        self.headSHA = headSHA
        self.headBranch = headBranch
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.parentRunID = parentRunID
        self.repository = repository
        self.jobs = jobs
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, path, event, status, conclusion, reason, repository, jobs
        case runNumber = "run_number"
        case runAttempt = "run_attempt"
        case displayTitle = "display_title"
        case headSHA = "head_sha"
        case headBranch = "head_branch"
        case createdAt = "created_at"
        case startedAt = "run_started_at"
        case completedAt = "completed_at"
        case parentRunID = "parent_run_id"
    }
}

/// One job of a run: for a matrix, one row of it.
package struct JobRecord: Sendable, Codable, Equatable {
    package var id: Int64
    package var runID: Int64
    /// The job's id in the workflow file.
    package var key: String
    package var name: String
    package var status: Status
    package var conclusion: Conclusion?
    package var reason: String?
    package var outputs: [String: String]
    package var startedAt: Date?
    package var completedAt: Date?
    package var steps: [StepRecord]
    package var annotations: [Annotation]

    package init(
        id: Int64,
        runID: Int64,
        key: String,
        name: String,
        status: Status = .queued,
        conclusion: Conclusion? = nil,
        reason: String? = nil,
        outputs: [String: String] = [:],
        startedAt: Date? = nil,
        completedAt: Date? = nil,
        steps: [StepRecord] = [],
        annotations: [Annotation] = []
    ) {
        self.id = id
        self.runID = runID
        self.key = key
        self.name = name
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.outputs = outputs
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.steps = steps
        self.annotations = annotations
    }

    enum CodingKeys: String, CodingKey {
        case id, key, name, status, conclusion, reason, outputs, steps, annotations
        case runID = "run_id"
        case startedAt = "started_at"
        case completedAt = "completed_at"
    }
}

/// One step of a job.
///
/// Numbers count from 1; 1 is `Set up job`.
package struct StepRecord: Sendable, Codable, Equatable {
    package var number: Int
    package var name: String
    package var status: Status
    package var conclusion: Conclusion?
    /// The result before `continue-on-error`.
    package var outcome: Conclusion?
    package var startedAt: Date?
    package var completedAt: Date?
    package var durationMilliseconds: Int?
    /// Where the step's output lies in the job's raw log, in bytes.
    package var logOffset: Int?
    package var logLength: Int?
    /// What its script has ended with; the signal where one ended it.
    package var exitCode: Int?
    package var signal: Int?

    package init(
        number: Int,
        name: String,
        status: Status = .queued,
        conclusion: Conclusion? = nil,
        outcome: Conclusion? = nil,
        startedAt: Date? = nil,
        completedAt: Date? = nil,
        durationMilliseconds: Int? = nil,
        logOffset: Int? = nil,
        logLength: Int? = nil,
        exitCode: Int? = nil,
        signal: Int? = nil
    ) {
        self.number = number
        self.name = name
        self.status = status
        self.conclusion = conclusion
        self.outcome = outcome
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.durationMilliseconds = durationMilliseconds
        self.logOffset = logOffset
        self.logLength = logLength
        self.exitCode = exitCode
        self.signal = signal
    }

    enum CodingKeys: String, CodingKey {
        case number, name, status, conclusion, outcome, signal
        case exitCode = "exit_code"
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case durationMilliseconds = "duration_ms"
        case logOffset = "log_offset"
        case logLength = "log_length"
    }
}

/// A message that a step tied to a place or to itself (`::error file=a.py,line=3::bad`).
package struct Annotation: Sendable, Codable, Equatable {
    package enum Level: String, Sendable, Codable { case notice, warning, error }

    package var level: Level
    package var message: String
    package var title: String?
    package var file: String?
    package var line: Int?
    package var endLine: Int?
    package var column: Int?
    package var endColumn: Int?
    /// The step that made it.
    package var step: Int?

    package init(
        level: Level,
        message: String,
        title: String? = nil,
        file: String? = nil,
        line: Int? = nil,
        endLine: Int? = nil,
        column: Int? = nil,
        endColumn: Int? = nil,
        step: Int? = nil
    ) {
        self.level = level
        self.message = message
        self.title = title
        self.file = file
        self.line = line
        self.endLine = endLine
        self.column = column
        self.endColumn = endColumn
        self.step = step
    }

    enum CodingKeys: String, CodingKey {
        case level, message, title, file, line, column, step
        case endLine = "end_line"
        case endColumn = "end_column"
    }
}
