import Events
import Expressions
import Foundation
import Git
package import Store
import Workflows

/// Which jobs of a run are run again; those that depend on them are, too.
package enum RerunScope: Sendable {
    case all
    /// Those that did not succeed.
    case failed
    /// These, by their ids or names.
    case jobs([String])
}

extension RunSession {
    /// Runs a run again, as its next attempt: the same event, commit and workflow file.
    ///
    /// - Throws: `SessionError` where it still goes on, its commit is gone, or there is nothing to be run again.
    package func rerun(_ run: RunRecord, _ scope: RerunScope) async throws -> [RunRecord] {
        let (plan, site) = try await planOfRerun(run, scope)
        return try await self.run([plan], site: site)
    }

    /// Puts the whole of a run into the daemon's queue, as its next attempt.
    ///
    /// - Parameter choices: What the person who asks for it has settled, as JSON.
    package func queueRerun(_ run: RunRecord, choices: String) async throws -> [RunRecord] {
        let (plan, site) = try await planOfRerun(run, .all)
        return try queue([plan], at: site, choices: choices)
    }

    private func planOfRerun(
        _ run: RunRecord,
        _ scope: RerunScope
    ) async throws -> (plan: PlannedRun, site: SessionSite) {
        guard run.status == .completed else {
            throw SessionError.refused("run \(run.id) has not ended yet")
        }
        return try await planAgain(
            run,
            try source(of: run),
            earlier: PlannedRun.Earlier(
                run: run,
                first: try store.firstAttempt(of: run),
                carried: try carriedJobs(of: run, scope)
            )
        )
    }

    func source(of run: RunRecord) throws -> RunSource {
        guard let source = try store.source(of: run.id) else {
            throw SessionError.refused("there is no run \(run.id)")
        }
        return source
    }

    /// The plan of a run that has its row already: for the same event, at the same commit.
    ///
    /// - Parameter file: The workflow, where it is not as it was.
    func planAgain(
        _ run: RunRecord,
        _ source: RunSource,
        file: WorkflowFile? = nil,
        earlier: PlannedRun.Earlier?
    ) async throws -> (plan: PlannedRun, site: SessionSite) {
        let site = try siteOfCommit(of: run)
        let event = try event(of: run, source)
        let file = file ?? WorkflowFile(path: run.path, text: source.workflow)
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        let plans = try await plan(
            [file],
            event: event,
            site: site,
            inputs: try inputs(of: event, for: workflow, in: file),
            parent: run.parentRunID,
            depth: try depth(of: run)
        )
        guard var plan = plans.first else { throw SessionError.invalid([file]) }
        plan.earlier = earlier
        return (plan, site)
    }

    func siteOfCommit(of run: RunRecord) throws -> SessionSite {
        var options = options
        options.ref = run.headSHA
        do {
            return try SessionSite(options)
        } catch is GitError {
            throw SessionError.refused(
                "the commit \(run.headSHA.prefix(7)) of run \(run.id) is not in the repository: what --worktree runs on "
                    + "is not kept"
            )
        }
    }

    func event(of run: RunRecord, _ source: RunSource) throws -> Event {
        let payload = try Value(json: source.payload)
        return Event(
            name: run.event,
            saying: payload,
            ref: source.ref,
            sha: run.headSHA,
            actor: payload["sender"]["login"].text
        )
    }

    /// The typed inputs of a dispatch, of which the event has the texts.
    func inputs(of event: Event, for workflow: Workflow, in file: WorkflowFile) throws -> Value {
        guard event.name == "workflow_dispatch",
            let trigger = workflow.triggers.first(where: { $0.event == event.name }),
            case .object(let given) = event.payload["inputs"]
        else { return .object(ObjectValue([])) }
        let texts = Dictionary(given.pairs.map { ($0.key, $0.value.text) }, uniquingKeysWith: { $1 })
        do {
            return .object(try DispatchInputs.resolve(inputs: trigger.inputs, given: texts).inputs)
        } catch {
            throw SessionError.refused("`\(file.path)`: \(error)")
        }
    }

    /// How many runs led to this one.
    func depth(of run: RunRecord) throws -> Int {
        var depth = 0
        var parent = run.parentRunID
        while let id = parent, depth < maximumChainDepth {
            depth += 1
            parent = try store.run(id)?.parentRunID
        }
        return depth
    }

    func carriedJobs(of run: RunRecord, _ scope: RerunScope) throws -> [CarriedJob] {
        let kept: [JobRecord]
        switch scope {
        case .all: return []
        case .failed:
            kept = run.jobs.filter { $0.conclusion == .success }
            guard run.jobs.contains(where: { $0.conclusion != .success && $0.conclusion != .skipped }) else {
                throw SessionError.refused("run \(run.id) has no job that failed")
            }
        case .jobs(let names):
            for name in names where !run.jobs.contains(where: { $0.isCalled(name) }) {
                let known = run.jobs.map { "`\($0.name)`" }.joined(separator: ", ")
                throw SessionError.refused("run \(run.id) has no job `\(name)`; it has \(known)")
            }
            kept = run.jobs.filter { job in
                job.conclusion != .skipped && !names.contains { job.isCalled($0) }
            }
        }
        let summaries = try store.summaries(run.id)
        return kept.map { job in
            CarriedJob(
                record: job,
                attempt: run.runAttempt,
                summaries: summaries.filter { $0.jobID == job.id }.map { ($0.step, $0.markdown) }
            )
        }
    }
}

extension JobRecord {
    /// By its id in the file, also that of the job that called it, by its name, or by its number.
    func isCalled(_ name: String) -> Bool {
        let key = key.lowercased()
        let wanted = name.lowercased()
        return key == wanted || key.hasPrefix(wanted + ".") || self.name.lowercased() == wanted
            || String(id) == name
    }
}
