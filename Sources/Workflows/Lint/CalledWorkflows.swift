package import YAML

/// Checks the calls of reusable workflows: GitHub loads what a workflow calls, all the way down, before a run starts,
/// and refuses the run for any fault in it.
package struct CalledWorkflows {
    /// What a reference leads to.
    package enum Found {
        /// A workflow of another repository, which is not at hand.
        case elsewhere
        case missing
        /// Why a workflow of another repository cannot be had.
        case unreachable(String)
        case found(Reading<Workflow>)
        /// A workflow of another repository, and what is known of the workflows that it calls in turn.
        case fetched(Reading<Workflow>, calls: CalledWorkflows)
    }

    /// Finds the workflow that a `uses` names, as it is written.
    package typealias Finder = (_ uses: String) -> Found

    /// The caller and nine more.
    package static let deepest = 10
    /// How many different files a run may call.
    package static let mostFiles = 50

    private let find: Finder
    /// The repository and ref that references by path are about; empty for the one that is worked in.
    private let home: String

    package init(home: String = "", find: @escaping Finder) {
        self.home = home
        self.find = find
    }

    /// What is wrong with the calls of a workflow, and with what it calls.
    package func faults(of workflow: Workflow) -> [Diagnostic] {
        var files: Set<String> = []
        let found = faults(of: workflow, allowed: nil, chain: [], files: &files)
        return Reading<Workflow>(nil, found).diagnostics
    }

    /// What is wrong below a caller that allows so much, after the references that led here.
    ///
    /// Where nothing was `allowed` expressly, the repository's default holds.
    private func faults(
        of workflow: Workflow,
        allowed: Permissions?,
        chain: [String],
        files: inout Set<String>
    ) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for job in workflow.jobs {
            guard case .call(let call) = job.kind else { continue }
            let allowed = job.permissions ?? workflow.permissions ?? allowed
            found += faults(of: call, allowed: allowed, chain: chain, files: &files)
        }
        return found
    }

    private func faults(
        of call: WorkflowCall,
        allowed: Permissions?,
        chain: [String],
        files: inout Set<String>
    ) -> [Diagnostic] {
        let uses = identity(of: call.uses.value)
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
        guard files.contains(uses) || files.count < Self.mostFiles else {
            return [call.fault("call-count", "more than \(Self.mostFiles) workflow files are called")]
        }
        files.insert(uses)
        let below: CalledWorkflows
        let reading: Reading<Workflow>
        switch find(call.uses.value) {
        case .elsewhere: return []
        case .missing: return [call.fault("call-missing", "there is no workflow '\(call.uses.value)'")]
        case .unreachable(let reason): return [call.fault("call-unreachable", reason)]
        case .found(let found): (below, reading) = (self, found)
        case .fetched(let fetched, let calls): (below, reading) = (calls, fetched)
        }
        guard let called = reading.value else { return reading.errors }
        guard let trigger = called.callTrigger else {
            let message = "'\(call.uses.value)' cannot be called: it has no 'workflow_call' under 'on'"
            return [call.fault("call-trigger", message)]
        }
        return call.faultsOfInputs(trigger) + call.faultsOfSecrets(trigger)
            + call.faultsOfPermissions(called, allowed: allowed)
            + below.faults(of: called, allowed: allowed, chain: chain + [uses], files: &files)
    }

    /// What tells one file from all others; as it is written where it lies in the repository that is worked in.
    private func identity(of uses: String) -> String {
        guard !home.isEmpty, uses.hasPrefix("./") || uses.hasPrefix("$/") else { return uses }
        return "\(home)/\(uses.dropFirst(2))"
    }
}
