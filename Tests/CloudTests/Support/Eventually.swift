import Testing

/// Looks until `condition` holds, for at most ten seconds.
func eventually(
    _ claim: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(claim, sourceLocation: sourceLocation)
}
