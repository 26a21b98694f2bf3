package import YAML

/// Checks the calls of reusable workflows: GitHub loads what a workflow calls, all the way down, before a run starts,
/// and refuses the run for any fault in it.
package struct CalledWorkflows {
    /// What a reference leads to.
    package enum Found: Sendable {
        /// A workflow of another repository, which is not at hand.
        case elsewhere
        case missing
        case found(Reading<Workflow>)
    }

    /// Finds the workflow that a `uses` names, as it is written.
    package typealias Finder = (_ uses: String) -> Found

    /// The caller and nine more.
    package static let deepest = 10

    private let find: Finder

    package init(find: @escaping Finder) { self.find = find }

    /// What is wrong with the calls of a workflow, and with what it calls.
    package func faults(of workflow: Workflow) -> [Diagnostic] {
        Reading<Workflow>(nil, faults(of: workflow, allowed: nil, chain: [])).diagnostics
    }

    /// What is wrong below a caller that allows so much, after the references that led here.
    ///
    /// Where nothing was `allowed` expressly, the repository's default holds.
    private func faults(of workflow: Workflow, allowed: Permissions?, chain: [String]) -> [Diagnostic] {
        workflow.jobs.flatMap { job -> [Diagnostic] in
            guard case .call(let call) = job.kind else { return [] }
            let allowed = job.permissions ?? workflow.permissions ?? allowed
            return faults(of: call, allowed: allowed, chain: chain)
        }
    }

    private func faults(of call: WorkflowCall, allowed: Permissions?, chain: [String]) -> [Diagnostic] {
        let uses = call.uses.value
        if chain.contains(uses) {
            return [
                call.fault(
                    "call-cycle",
                    "'\(uses)' calls itself: \((chain + [uses]).joined(separator: " -> "))"
                )
            ]
        }
        guard chain.count < Self.deepest - 1 else {
            return [call.fault("call-depth", "workflows are nested more than \(Self.deepest) levels deep")]
        }
        switch find(uses) {
        case .elsewhere: return []
        case .missing: return [call.fault("call-missing", "there is no workflow '\(uses)'")]
        case .found(let reading):
            guard let called = reading.value else { return reading.errors }
            guard let trigger = called.triggers.first(where: { $0.event == "workflow_call" }) else {
                let message = "'\(uses)' cannot be called: it has no 'workflow_call' under 'on'"
                return [call.fault("call-trigger", message)]
            }
            return call.faultsOfInputs(trigger) + call.faultsOfSecrets(trigger)
                + call.faultsOfPermissions(called, allowed: allowed)
                + faults(of: called, allowed: allowed, chain: chain + [uses])
        }
    }
}
