import Events
import Expressions
import Store
import Workflows

/// The workflows that follow a run (`workflow_run`), run by the session itself.
extension RunSession {
    /// Whether any workflow may follow a run while it goes on: most repositories have none, and looking costs little.
    func isFollowed(_ plan: PlannedRun, site: SessionSite) throws -> Bool {
        guard options.cascades, plan.depth < maximumChainDepth else { return false }
        return try site.filesOfDefaultBranch().contains { file in
            file.workflow?.triggers.contains { $0.event == "workflow_run" } ?? false
        }
    }

    /// Runs the workflows that what becomes of a run starts, unless the chain is too long or the user wants none.
    ///
    /// - Parameter activity: `requested`, `in_progress` or `completed`.
    func followers(
        _ activity: String,
        of record: RunRecord,
        plan: PlannedRun,
        site: SessionSite
    ) async throws -> [RunRecord] {
        guard options.cascades, cancelReason == nil, plan.depth < maximumChainDepth else { return [] }
        let event = try event(activity, of: record, plan: plan, site: site)
        let plans = try await self.plan(
            try filesStarted(by: event, at: site),
            event: event,
            site: site,
            inputs: .object(ObjectValue([])),
            parent: record.id,
            depth: plan.depth + 1
        )
        return try await run(plans, site: site)
    }

    /// What is told of a run to the workflows that follow it: on the default branch as it is now.
    func event(_ activity: String, of run: RunRecord, plan: PlannedRun, site: SessionSite) throws -> Event {
        try site.workflowRunEvent(
            activity,
            of: run,
            upstream: plan.event,
            pushedTip: pushed["refs/heads/\(site.facts.defaultBranch)"],
            depth: plan.depth + 1
        )
    }
}
