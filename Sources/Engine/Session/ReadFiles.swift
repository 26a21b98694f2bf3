import Git
import Synchronization

/// The workflow files of commits, each read once: what a run starts is mostly looked for in the commit that started it.
final class ReadFiles: Sendable {
    private let known = Mutex<[(commit: CommitID, files: [WorkflowFile])]>([])

    func files(of commit: CommitID, reading: () throws -> [WorkflowFile]) rethrows -> [WorkflowFile] {
        if let files = known.withLock({ $0.first { $0.commit == commit }?.files }) { return files }
        let files = try reading()
        known.withLock { $0.append((commit, files)) }
        return files
    }
}
