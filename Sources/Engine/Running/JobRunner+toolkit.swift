extension JobRunner {
    /// What a process is to the toolkit's services.
    enum ToolkitUser {
        case script
        case javaScript
        case container
    }

    /// The variables of the toolkit's services for a step; asking brings the services up, unless the step gets none.
    func toolkitVariables(for user: ToolkitUser) async throws -> [(name: String, value: String)] {
        guard let toolkit = services.toolkit, user != .script || order.mayRequestIDTokens else { return [] }
        let variables: ToolkitVariables
        do {
            variables = try await toolkit.variables(
                for: ToolkitJob(
                    id: order.jobID,
                    key: order.key,
                    facts: order.facts,
                    workflowRef: "\(order.origin.repository)/\(order.workflowPath)@\(order.origin.ref)",
                    workflowSHA: order.origin.sha,
                    environment: order.environment,
                    mayRequestIDTokens: order.mayRequestIDTokens
                )
            )
        } catch {
            throw StepFailure("The services for artifacts, caches and tokens did not start: \(error)")
        }
        for secret in variables.secrets { _ = masker.add(secret) }
        switch user {
        case .script: return variables.idTokens
        case .javaScript: return variables.services + variables.javaScript + variables.idTokens
        case .container: return variables.services + variables.idTokens
        }
    }
}
