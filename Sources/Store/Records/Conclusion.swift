/// How a run, job or step ended, in the words of GitHub's REST API.
package enum Conclusion: String, Sendable, Codable, CaseIterable {
    case success
    case failure
    case cancelled
    case skipped
    case timedOut = "timed_out"
    case actionRequired = "action_required"
    case neutral
}

/// Where a run, job or step stands.
package enum Status: String, Sendable, Codable {
    case queued
    case inProgress = "in_progress"
    case completed
}
