import Foundation

extension RunEvent {
    /// The event as JSON, in the form that decoding a `RunEvent` reads.
    ///
    /// Written piece by piece: an encoder takes as long for the first event as all else that happens at the start of a
    /// job.
    package func journalJSON() throws -> [UInt8] {
        var json = JSONWriter()
        switch what {
        case .runStarted(let run): write(to: &json, "runStarted") { $0.object("_0") { $0.journal(run) } }
        case .runCompleted(let run): write(to: &json, "runCompleted") { $0.object("_0") { $0.journal(run) } }
        case .jobStarted(let job): write(to: &json, "jobStarted") { $0.object("_0") { $0.journal(job) } }
        case .jobCompleted(let job): write(to: &json, "jobCompleted") { $0.object("_0") { $0.journal(job) } }
        case .stepStarted(let job, let step):
            write(to: &json, "stepStarted") { json in
                json.field("jobID", job)
                json.object("_1") { $0.journal(step) }
            }
        case .stepCompleted(let job, let step):
            write(to: &json, "stepCompleted") { json in
                json.field("jobID", job)
                json.object("_1") { $0.journal(step) }
            }
        case .annotation(let job, let annotation):
            write(to: &json, "annotation") { json in
                json.field("jobID", job)
                json.object("_1") { $0.journal(annotation) }
            }
        case .summary(let job, let step, let markdown):
            write(to: &json, "summary") { json in
                json.field("jobID", job)
                json.field("step", step)
                json.field("markdown", markdown)
            }
        // In no journal.
        case .jobWaiting, .log: return Array(try JSONEncoder().encode(self))
        }
        return json.bytes
    }

    private func write(
        to json: inout JSONWriter,
        _ kind: StaticString,
        _ content: (inout JSONWriter) -> Void
    ) {
        json.object { json in
            json.field("time", time.timeIntervalSinceReferenceDate)
            json.field("runID", runID)
            json.object("what") { $0.object(kind, content) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func journal(_ run: RunRecord) {
        field("id", run.id)
        field("run_number", run.runNumber)
        field("run_attempt", run.runAttempt)
        field("name", run.name)
        field("display_title", run.displayTitle)
        field("path", run.path)
        field("event", run.event)
        field("head_sha", run.headSHA)
        if let branch = run.headBranch { field("head_branch", branch) }
        field("status", run.status.rawValue)
        if let conclusion = run.conclusion { field("conclusion", conclusion.rawValue) }
        if let reason = run.reason { field("reason", reason) }
        field("created_at", run.createdAt.timeIntervalSinceReferenceDate)
        if let time = run.startedAt { field("run_started_at", time.timeIntervalSinceReferenceDate) }
        if let time = run.completedAt { field("completed_at", time.timeIntervalSinceReferenceDate) }
        if let parent = run.parentRunID { field("parent_run_id", parent) }
        field("repository", run.repository)
        array("jobs") { json in
            for job in run.jobs { json.object { $0.journal(job) } }
        }
    }

    fileprivate mutating func journal(_ job: JobRecord) {
        field("id", job.id)
        field("run_id", job.runID)
        field("key", job.key)
        field("name", job.name)
        field("status", job.status.rawValue)
        if let conclusion = job.conclusion { field("conclusion", conclusion.rawValue) }
        if let reason = job.reason { field("reason", reason) }
        if let time = job.startedAt { field("started_at", time.timeIntervalSinceReferenceDate) }
        if let time = job.completedAt { field("completed_at", time.timeIntervalSinceReferenceDate) }
        object("outputs") { json in
            for (name, value) in job.outputs { json.entry(name, value) }
        }
        array("steps") { json in
            for step in job.steps { json.object { $0.journal(step) } }
        }
        array("annotations") { json in
            for annotation in job.annotations { json.object { $0.journal(annotation) } }
        }
    }

    fileprivate mutating func journal(_ step: StepRecord) {
        field("number", step.number)
        field("name", step.name)
        field("status", step.status.rawValue)
        if let conclusion = step.conclusion { field("conclusion", conclusion.rawValue) }
        if let outcome = step.outcome { field("outcome", outcome.rawValue) }
        if let time = step.startedAt { field("started_at", time.timeIntervalSinceReferenceDate) }
        if let time = step.completedAt { field("completed_at", time.timeIntervalSinceReferenceDate) }
        if let duration = step.durationMilliseconds { field("duration_ms", duration) }
        if let offset = step.logOffset { field("log_offset", offset) }
        if let length = step.logLength { field("log_length", length) }
        if let code = step.exitCode { field("exit_code", code) }
        if let signal = step.signal { field("signal", signal) }
    }

    fileprivate mutating func journal(_ annotation: Annotation) {
        field("level", annotation.level.rawValue)
        field("message", annotation.message)
        if let title = annotation.title { field("title", title) }
        if let file = annotation.file { field("file", file) }
        if let line = annotation.line { field("line", line) }
        if let line = annotation.endLine { field("end_line", line) }
        if let column = annotation.column { field("column", column) }
        if let column = annotation.endColumn { field("end_column", column) }
        if let step = annotation.step { field("step", step) }
    }
}
