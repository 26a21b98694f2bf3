import Synchronization

/// How much the outputs of jobs may come to, counted as UTF-16 (https://docs.github.com/actions/reference/limits).
enum OutputLimit {
    static let ofJob = 1 << 20
    static let ofRun = 50 << 20

    static func size(of outputs: [(name: String, value: String)]) -> Int {
        outputs.reduce(0) { $0 + 2 * $1.value.utf16.count }
    }
}

/// What the jobs of a run have given so far, those of called workflows and of earlier attempts among them.
///
/// A job is told what is left when it starts, so that jobs that run side by side may go over together.
final class RunOutputs: Sendable {
    private let total = Mutex(0)

    var left: Int { OutputLimit.ofRun - total.withLock { $0 } }

    func add(_ outputs: [(name: String, value: String)]) {
        guard !outputs.isEmpty else { return }
        let size = OutputLimit.size(of: outputs)
        total.withLock { $0 += size }
    }
}
