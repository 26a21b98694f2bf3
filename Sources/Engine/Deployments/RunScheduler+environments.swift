import Events
import Foundation
import Store

/// Jobs wait for their environments before they take a place.
extension RunScheduler {
    private static let pause = Duration.milliseconds(200)

    /// Waits until a row may deploy to its environment.
    ///
    /// - Returns: How the row ends where it may not; nil where it may, or is unwanted by now.
    func wait(forEnvironmentOf start: RowStart) async throws -> JobEnding? {
        guard let id = start.id, let environment = start.row.environment,
            let protection = order.protections[environment]
        else { return nil }
        // One that was begun before has been let in before.
        guard access("\(services.home.run(order.facts.runID))/\(id).journal", F_OK) != 0 else { return nil }
        let name = RefName(order.facts.ref).short
        if !protection.branches.isEmpty,
            !protection.branches.contains(where: { Events.GlobPattern($0).matches(name) })
        {
            let kind = order.facts.ref.hasPrefix("refs/tags/") ? "Tag" : "Branch"
            return try refuse(
                start,
                "\(kind) \"\(name)\" is not allowed to deploy to \(environment) due to environment protection rules."
            )
        }
        guard protection.needsApproval || protection.waitTimer > 0 else { return nil }
        let review = DeploymentReview(run: order.facts.runID, home: services.home)
        let since = try review.begin(id, for: environment, asks: protection.needsApproval)
        defer { review.end(id) }
        let deadline = since.addingTimeInterval(TimeInterval(protection.waitTimer))
        var told = ""
        while !mustNotStart(start) {
            let answer = review.answer(to: id)
            if case .rejected(let person) = answer {
                return try refuse(
                    start,
                    "The deployment was rejected or didn't satisfy other protection rules. (\(person))"
                )
            }
            let isApproved = answer != nil || !protection.needsApproval
            if isApproved, deadline <= Date() { return nil }
            let reason =
                isApproved
                ? "waits until \(deadline.formatted(.iso8601)) before it deploys to \(environment)"
                : "waits for an approval to deploy to \(environment): flowrun run approve \(order.facts.runID)"
            if reason != told { tellWaiting(start, id, reason) }
            told = reason
            try await Task.sleep(for: Self.pause)
        }
        return nil
    }

    private func tellWaiting(_ start: RowStart, _ id: Int64, _ reason: String) {
        let record = JobRecord(id: id, runID: order.facts.runID, key: start.row.key, name: start.row.name)
        tell(.jobWaiting(record, reason: reason))
    }

    private func refuse(_ start: RowStart, _ message: String) throws -> JobEnding {
        try ending(
            of: start,
            .failure,
            reason: message,
            annotation: Annotation(level: .error, message: message)
        )
    }
}
