import Foundation
import Store

/// A job that failed, as it stood after each of its steps: what is needed to go on from there in its workspace.
struct KeptJob: Codable, Sendable {
    struct Pair: Codable, Sendable {
        var name: String
        var value: String
    }

    /// What one step of the job has done to those after it.
    struct Step: Codable, Sendable {
        /// Among the job's steps in the file, from 0.
        var index: Int
        var name: String
        /// Its id where the file gives one.
        var id: String?
        var outcome: Conclusion
        var conclusion: Conclusion
        var outputs: [Pair] = []
        /// Variables that it defined, in order.
        var variables: [Pair] = []
        /// Folders that it put before `PATH`, in order.
        var paths: [String] = []
        /// What its action keeps for its later stages.
        var state: [Pair] = []
    }

    /// The number of the place that the job works in.
    var place: Int
    /// Those that have ended, in order; the last one is the first that failed, or came after it.
    var steps: [Step]
    /// What must not be shown: secrets, and what steps have hidden.
    var masks: [String]
    /// Commits that were pushed.
    var pushed: [Pair]

    /// The index of the first step that failed; where none did, of the one after the last.
    var failedIndex: Int {
        steps.first { $0.conclusion == .failure }?.index ?? (steps.last?.index ?? -1) + 1
    }

    private static let purpose = "kept job"

    private static func path(run: Int64, job: Int64, _ home: FlowrunHome) -> String {
        "\(home.run(run))/\(job).kept"
    }

    /// Sealed, for it holds what was masked.
    func write(run: Int64, job: Int64, in store: Store) throws {
        let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        let sealed = try store.seal(text, purpose: Self.purpose)
        try LastingFile.write(sealed, to: Self.path(run: run, job: job, store.home))
    }

    /// - Returns: nil where the job was not kept, or its place is gone.
    static func read(run: Int64, job: Int64, in store: Store) throws -> KeptJob? {
        let path = path(run: run, job: job, store.home)
        guard let sealed = FileManager.default.contents(atPath: path) else { return nil }
        let text = try store.unseal(sealed, purpose: purpose)
        let kept = try JSONDecoder().decode(KeptJob.self, from: Data(text.utf8))
        return KeptPlaces(home: store.home).holds(kept.place, for: job, of: run) ? kept : nil
    }
}
