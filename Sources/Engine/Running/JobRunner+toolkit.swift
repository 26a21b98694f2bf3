extension JobRunner {
    /// What a process is to the toolkit's services.
    enum ToolkitUser {
        case script
        case javaScript
        case container
    }

    /// The variables of the toolkit's services for a step; asking brings the services up, unless the step gets none.
    func toolkitVariables(for user: ToolkitUser) async throws -> [(name: String, value: String)] {
        guard user != .script || order.mayRequestIDTokens, let variables = try await toolkitVariables() else {
            return []
        }
        switch user {
        case .script: return variables.idTokens
        case .javaScript: return variables.services + variables.javaScript + variables.idTokens
        case .container: return variables.services + variables.idTokens
        }
    }

    /// The step of an action as it meets the forge that takes the job's own token.
    ///
    /// Where the user gave a token, that is the run's own forge, and nothing changes.
    func atForge(_ call: StepCall) async throws -> StepCall {
        guard let forge = try await toolkitVariables()?.forge else { return call }
        var call = call
        call.github.facts.repository.serverURL = forge.server
        call.github.facts.repository.apiURL = forge.api
        call.scope = call.scope.setting("github", call.github.value)
        return call
    }

    private func toolkitVariables() async throws -> ToolkitVariables? {
        guard let toolkit = services.toolkit else { return nil }
        let variables: ToolkitVariables
        let own = order.secrets["GITHUB_TOKEN"].flatMap { LocalToken.isLocal($0) ? $0 : nil }
        do {
            variables = try await toolkit.variables(
                for: ToolkitJob(
                    id: order.jobID,
                    key: order.key,
                    facts: order.facts,
                    workflowRef: "\(order.origin.repository)/\(order.workflowPath)@\(order.origin.ref)",
                    workflowSHA: order.origin.sha,
                    environment: order.environment,
                    mayRequestIDTokens: order.mayRequestIDTokens,
                    token: own,
                    rights: order.rights
                )
            )
        } catch {
            throw StepFailure("The services for artifacts, caches and tokens did not start: \(error)")
        }
        for secret in variables.secrets { _ = masker.add(secret) }
        return variables
    }
}
