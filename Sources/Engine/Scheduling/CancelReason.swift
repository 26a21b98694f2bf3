/// Why runs and jobs are cancelled, where others have to know of it.
enum CancelReason {
    static let newerRun = "a newer run of its concurrency group"
    static let newerJob = "a newer job of its concurrency group"

    /// Whether something newer does the work in its stead, so that nobody goes on with it.
    static func isSuperseded(_ reason: String?) -> Bool { reason == newerRun || reason == newerJob }
}
