import Expressions
package import Workflows

/// The jobs of one workflow and what each waits for, as far as the file alone tells it.
package struct JobGraph: Sendable {
    package struct Node: Sendable, Equatable {
        package var id: String
        package var needs: [String]
        /// How many rows its matrix has; nil without a matrix, or where an expression makes it.
        package var rows: Int?
        /// Whether only the run will tell how many rows there are.
        package var hasUnknownMatrix = false
        /// Its `if`, as it is written.
        package var condition: String?
        package var environment: String?
        /// The reusable workflow that it calls.
        package var calls: String?
        /// How many jobs in a row have to end before it can start.
        package var depth = 0
    }

    /// In the order in which they could start; what could start together is in the file's order.
    package var nodes: [Node]

    package init(_ workflow: Workflow) {
        var depths: [String: Int] = [:]
        var machine = RunMachine(jobs: workflow.jobs.map { ($0.id, $0.needs.map(\.value)) })
        var nodes: [Node] = []
        while true {
            let ready = machine.takeReady()
            guard !ready.isEmpty else { break }
            for job in workflow.jobs where ready.contains(job.id) {
                var node = Self.node(job)
                node.depth = node.needs.map { (depths[$0] ?? 0) + 1 }.max() ?? 0
                depths[job.id] = node.depth
                nodes.append(node)
                machine.end(job.id, RunMachine.Ending(result: .success, outputs: []))
            }
        }
        self.nodes = nodes
    }

    private static func node(_ job: Job) -> Node {
        var node = Node(id: job.id, needs: job.needs.map(\.value))
        if let strategy = job.strategy, strategy.matrix != nil || strategy.whole != nil {
            // What an expression makes cannot be read without a run.
            node.rows = strategy.matrix.flatMap { try? Matrix($0.evaluate(in: Scope())).rows.count }
            node.hasUnknownMatrix = node.rows == nil
        }
        if !job.condition.source.isEmpty { node.condition = job.condition.source }
        switch job.kind {
        case .steps(let steps):
            if case .scalar(let name, _)? = steps.environment?.name.tree { node.environment = name.source }
        case .call(let call): node.calls = call.uses.value
        }
        return node
    }
}
