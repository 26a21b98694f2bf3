/// Whether a job or a step would run, as far as it is known before anything has run.
package enum Verdict: String, Sendable {
    case runs
    case skipped
    /// It would fail without being run: its condition or its matrix cannot be evaluated.
    case fails
    /// It runs as long as all goes well: what is before it succeeds, and leaves the variables of the file as they are.
    case likelyRuns = "likely_runs"
    /// It is skipped as long as all goes well.
    case likelySkipped = "likely_skipped"
    case unknown
}
