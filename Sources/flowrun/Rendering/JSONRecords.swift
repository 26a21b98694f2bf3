import Store

/// Runs, jobs, steps and annotations as `--format json` and `run view --json` show them.
extension JSONWriter {
    /// What is known of a run when it starts.
    mutating func runHead(_ run: RunRecord) {
        field("id", run.id)
        field("run_number", run.runNumber)
        field("run_attempt", run.runAttempt)
        field("name", run.name)
        field("display_title", run.displayTitle)
        field("path", run.path)
        field("event", run.event)
        field("head_sha", run.headSHA)
        nullable("head_branch", run.headBranch)
        if let parent = run.parentRunID { field("parent_run_id", parent) }
    }

    /// The whole run, its jobs and their steps.
    mutating func run(_ run: RunRecord) {
        runHead(run)
        field("status", run.status.rawValue)
        nullable("conclusion", run.conclusion?.rawValue)
        if let reason = run.reason { field("reason", reason) }
        field("repository", run.repository)
        field("created_at", run.createdAt)
        if let time = run.startedAt { field("run_started_at", time) }
        if let time = run.completedAt { field("completed_at", time) }
        array("jobs") { json in
            for job in run.jobs { json.object { $0.job(job) } }
        }
    }

    mutating func jobHead(_ job: JobRecord) {
        field("id", job.id)
        field("key", job.key)
        field("name", job.name)
    }

    mutating func job(_ job: JobRecord) {
        jobHead(job)
        field("run_id", job.runID)
        field("status", job.status.rawValue)
        nullable("conclusion", job.conclusion?.rawValue)
        if let reason = job.reason { field("reason", reason) }
        if let time = job.startedAt { field("started_at", time) }
        if let time = job.completedAt { field("completed_at", time) }
        object("outputs") { json in
            for (name, value) in job.outputs.sorted(by: { $0.key < $1.key }) { json.entry(name, value) }
        }
        array("steps") { json in
            for step in job.steps { json.object { $0.step(step) } }
        }
        array("annotations") { json in
            for annotation in job.annotations { json.object { $0.annotation(annotation) } }
        }
    }

    mutating func stepHead(_ step: StepRecord) {
        field("number", step.number)
        field("name", step.name)
    }

    mutating func step(_ step: StepRecord) {
        stepHead(step)
        field("status", step.status.rawValue)
        nullable("conclusion", step.conclusion?.rawValue)
        nullable("outcome", step.outcome?.rawValue)
        if let time = step.startedAt { field("started_at", time) }
        if let time = step.completedAt { field("completed_at", time) }
        if let duration = step.durationMilliseconds { field("duration_ms", duration) }
        if let code = step.exitCode { field("exit_code", code) }
        if let signal = step.signal { field("signal", signal) }
    }

    mutating func annotation(_ annotation: Annotation) {
        if let step = annotation.step { field("step", step) }
        field("level", annotation.level.rawValue)
        field("message", annotation.message)
        if let title = annotation.title { field("title", title) }
        if let file = annotation.file { field("file", file) }
        if let line = annotation.line { field("line", line) }
        if let line = annotation.endLine { field("end_line", line) }
        if let column = annotation.column { field("column", column) }
        if let column = annotation.endColumn { field("end_column", column) }
    }
}

/// A run as one JSON object, as the last line of `--format json` has it.
func jsonText(of run: RunRecord) -> String {
    var json = JSONWriter()
    json.object { $0.run(run) }
    return json.text
}
