import Expressions

/// The action's own guard: a workflow that holds the base repository's secrets does not check out what a fork sent.
enum UnsafePullRequest {
    static func refuse(_ call: BuiltInCall, repository: String, ref: String) throws {
        if try call.flag("allow-unsafe-pr-checkout") { return }
        let event = call.facts.event
        let payload = event.payload
        let head: Value
        let commits: [String]
        switch event.name {
        case "pull_request_target":
            head = payload["pull_request"]["head"]["repo"]
            commits = [
                payload["pull_request"]["head"]["sha"].text, payload["pull_request"]["merge_commit_sha"].text,
            ]
        case "workflow_run" where payload["workflow_run"]["event"].text.hasPrefix("pull_request"):
            let run = payload["workflow_run"]
            head = run["head_repository"]
            // For `pull_request_target` the run's own commit is one of the base.
            let isBase = run["event"].text == "pull_request_target"
            commits = [run["head_commit"]["id"].text, isBase ? "" : run["head_sha"].text]
        default: return
        }
        let fork = head["full_name"].text.lowercased()
        guard !fork.isEmpty, fork != call.facts.repository.fullName.lowercased() else { return }
        let isOfFork =
            repository.lowercased() == fork || ref.wholeMatch(of: /refs\/pull\/[0-9]+\/(head|merge)/) != nil
            || (!ref.isEmpty && commits.contains { $0.lowercased() == ref.lowercased() })
        guard isOfFork else { return }
        throw StepFailure(
            "Refusing to check out fork pull request code from a '\(event.name)' workflow: it runs with the base "
                + "repository's token and secrets. To opt in, set 'allow-unsafe-pr-checkout: true' on this step"
        )
    }
}
