import Events
import Foundation
package import Store
import Workflows

extension RunSession {
    /// Goes on with a run that failed or was cancelled, as its next attempt: each job that did not end well goes on in the
    /// workspace that it has left, from the step that failed; jobs that succeeded are taken over, and those that depend on others are run.
    ///
    /// The event and the commit stay those of the run; the workflow file is the one of this session, so that it can be
    /// mended before.
    ///
    /// - Parameters:
    ///   - step: The step to go on from, by its id, name or number, where it is not the one that failed.
    ///   - jobs: Only these of the jobs that failed go on so, by their ids or names; the others begin anew.
    package func resume(
        _ run: RunRecord,
        from step: String?,
        jobs wanted: [String]
    ) async throws -> [RunRecord] {
        guard run.status == .completed else {
            throw SessionError.refused("run \(run.id) has not ended yet")
        }
        let source = try source(of: run)
        let file = try mendedFile(of: run, source)
        guard file.workflow != nil else { throw SessionError.invalid([file]) }
        let (plan, site) = try await planAgain(
            run,
            source,
            file: file,
            earlier: PlannedRun.Earlier(
                run: run,
                first: try store.firstAttempt(of: run),
                carried: try carriedJobs(of: run, .failed),
                resumed: try resumedJobs(of: run, from: step, wanted, old: source.workflow, new: file)
            )
        )
        return try await self.run([plan], site: site)
    }

    /// The run's workflow file as it is now: at `HEAD` where that is on the run's branch or comes after its commit, else at
    /// the tip of that branch; elsewhere only where the person says so.
    private func mendedFile(of run: RunRecord, _ source: RunSource) throws -> WorkflowFile {
        let isChosen = options.ref != nil || options.usesWorkingTree || options.workflows != nil
        let site = try isChosen ? self.site() : siteAfter(run, source)
        guard let site else { return WorkflowFile(path: run.path, text: source.workflow) }
        guard let file = try site.files().first(where: { $0.path == run.path }) else {
            throw SessionError.refused("`\(run.path)` is not there any more; `flowrun run rerun \(run.id)`")
        }
        return file
    }

    /// - Returns: nil where nothing has come after the run's commit.
    private func siteAfter(_ run: RunRecord, _ source: RunSource) throws -> SessionSite? {
        let here = try site()
        if try here.isOn(source.ref) || here.isAfter(run.headSHA) { return here }
        return try here.hasBranch(source.ref) ? site(of: source.ref) : nil
    }

    private func resumedJobs(
        of run: RunRecord,
        from step: String?,
        _ wanted: [String],
        old: String,
        new file: WorkflowFile
    ) throws -> ResumedJobs {
        let failed = run.jobs.filter { $0.conclusion == .failure || $0.conclusion == .cancelled }
        guard !failed.isEmpty else { throw SessionError.refused("run \(run.id) has no job that failed") }
        for name in wanted where !failed.contains(where: { $0.isCalled(name) }) {
            let known = failed.map { "`\($0.name)`" }.joined(separator: ", ")
            throw SessionError.refused("no job `\(name)` of run \(run.id) failed; there failed \(known)")
        }
        var resumed = ResumedJobs()
        for job in failed where wanted.isEmpty || wanted.contains(where: job.isCalled) {
            guard let left = try self.left(of: job, in: run) else { continue }
            let index =
                try step.map { try self.index(of: $0, in: left.kept, of: job) } ?? left.kept.failedIndex
            let goesOn = ResumedJob(
                kept: left.kept,
                from: index,
                isChosen: step != nil,
                attempt: left.run.runAttempt
            )
            try check(
                job,
                goesOn,
                old: left.run.id == run.id ? old : source(of: left.run).workflow,
                new: file
            )
            resumed.jobs.append((job.key, job.name, goesOn))
        }
        guard !resumed.jobs.isEmpty else { throw SessionError.refused(try whyNothingIsLeft(of: run)) }
        return resumed
    }

    /// What a job has left to go on with: in its run, or, where the job did not come to its steps there, in the attempt before.
    private func left(of job: JobRecord, in run: RunRecord) throws -> (kept: KeptJob, run: RunRecord)? {
        for attempt in try store.attempts(of: run).reversed() where attempt.attempt <= run.runAttempt {
            guard let earlier = try attempt.id == run.id ? run : store.run(attempt.id),
                let same = earlier.jobs.first(where: { $0.key == job.key && $0.name == job.name })
            else { continue }
            if let kept = try KeptJob.read(run: earlier.id, job: same.id, in: store) {
                return (kept, earlier)
            }
        }
        return nil
    }

    private func whyNothingIsLeft(of run: RunRecord) throws -> String {
        let places = KeptPlaces(home: services.home)
        let later = try store.attempts(of: run).last {
            $0.attempt > run.runAttempt && places.hasPlace(ofRun: $0.id)
        }
        if let later {
            return
                "run \(run.id) was gone on with: `flowrun run resume \(later.id)`, its attempt \(later.attempt), goes on from there"
        }
        return "nothing of run \(run.id) is kept: its workspace was removed, or it was resumed already; "
            + "`flowrun run rerun \(run.id) --failed` begins the jobs anew"
    }

    /// The index of the step that a person means, by its id, name, or number in the run's list of steps.
    private func index(of wanted: String, in kept: KeptJob, of job: JobRecord) throws -> Int {
        let reached = kept.steps.filter { $0.index <= kept.failedIndex }
            .sorted { ($0.index, $0.part ?? -1) < ($1.index, $1.part ?? -1) }
        let key = wanted.lowercased()
        if let step = reached.first(where: { $0.id?.lowercased() == key || $0.name.lowercased() == key }) {
            return step.index
        }
        if let number = Int(wanted), let name = job.steps.first(where: { $0.number == number })?.name,
            let step = reached.first(where: { $0.name == name })
        {
            return step.index
        }
        let known = reached.map { $0.id.map { "`\($0)`" } ?? "`\($0.name)`" }.joined(separator: ", ")
        throw SessionError.refused(
            "job `\(job.name)` cannot go on from `\(wanted)`: it can from \(known), which it has reached"
        )
    }

    /// Steps that are taken over must be those that ran.
    private func check(_ job: JobRecord, _ resumed: ResumedJob, old: String, new file: WorkflowFile) throws {
        // Called workflows are read at the run's own commit.
        guard !job.key.contains(".") else { return }
        let comparison = try StepComparison(job: job.key, old: old, new: file.text)
        let changed = resumed.done.filter { !comparison.isSame($0.index, part: $0.part) }
        guard let change = changed.min(by: { ($0.index, $0.part ?? -1) < ($1.index, $1.part ?? -1) }) else {
            return
        }
        let name = Self.step(change, of: job.key, in: file)?.displayName(in: nil) ?? change.name
        throw SessionError.refused(
            "`\(name)`, which job `\(job.name)` would take over, is not as it ran: "
                + "`--from` it or an earlier one, or `flowrun run rerun \(job.runID)`"
        )
    }

    /// The step of a file that stands where a kept one stood.
    private static func step(_ kept: KeptJob.Step, of job: String, in file: WorkflowFile) -> Step? {
        guard case .steps(let definition) = file.workflow?.jobs.first(where: { $0.id == job })?.kind,
            definition.steps.indices.contains(kept.index)
        else { return nil }
        let step = definition.steps[kept.index]
        guard let part = kept.part else { return step }
        guard case .parallel(let parts) = step.action, parts.indices.contains(part) else { return nil }
        return parts[part]
    }
}
