import Expressions
import Workflows

/// What the keys of a job may see before it runs, and what a called workflow gives back.
extension RunScheduler {
    func jobScope(_ job: Job) -> Scope {
        let machine = machine
        let isCancelled = cancelReason != nil
        let key = job.id
        return Scope(
            contexts: contexts(of: key).merging(["needs": machine.needsContext(of: key)]) { $1 },
            functions: [
                "always": { _ in .boolean(true) },
                "cancelled": { _ in .boolean(isCancelled) },
                "success": { names in
                    .boolean(!isCancelled && machine.isSuccessful(before: key, naming: names.map(\.text)))
                },
                "failure": { names in
                    .boolean(!isCancelled && machine.hasFailure(before: key, naming: names.map(\.text)))
                },
            ]
        )
    }

    /// The outputs of a called workflow whose jobs have ended; empty ones are left out.
    func callOutputs() throws -> [(name: String, value: String)] {
        guard let trigger = order.tree.workflow.callTrigger else { return [] }
        var scope = Scope(contexts: contexts(of: ""))
        scope.contexts["jobs"] = machine.jobsContext
        var outputs: [(name: String, value: String)] = []
        for output in trigger.outputs {
            let value = try output.value.evaluate(in: scope)
            if !value.isEmpty { outputs.append((output.name, value)) }
        }
        return outputs
    }

    private func contexts(of job: String) -> [String: Value] {
        let github = GitHubContext(
            facts: order.facts,
            job: job,
            token: order.secrets["GITHUB_TOKEN"] ?? "",
            workspace: "",
            eventPath: ""
        )
        return ["github": github.value, "inputs": order.facts.inputs, "vars": order.facts.vars]
    }
}
