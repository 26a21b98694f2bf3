import Foundation
import Store

/// A job that did not end well, as it stood after each of its steps: what is needed to go on from there in its workspace.
struct KeptJob: Sendable {
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
        /// What post steps that it has registered need beyond the step itself; absent where they need nothing.
        var uses: [Use]?
        /// Among the steps of its `parallel` block, from 0.
        var part: Int?
        /// Whether it ran beside the others; then it is written down when it ends, and the job sees it once it is waited for.
        var isAside: Bool?
        /// Of a step that waits: the indices of the background steps that it waited for.
        var waitsFor: [Int]?
        /// Of a `cancel` step: the index of the background step.
        var callsOff: Int?
    }

    /// A use of an action that has a post step: by the step itself, or inside the composite action that it uses.
    struct Use: Codable, Sendable {
        /// The ids of the steps that lead to it from the job's own step, which is not among them.
        var path: [String]
        /// What its action keeps for its later stages.
        var state: [Pair] = []
        /// Of an action that flowrun serves itself: the inputs that hold no secret.
        var inputs: [Pair] = []
        /// What such an action put out.
        var outputs: [Pair] = []
        /// Of a composite action: what became of its steps.
        var results: [Result] = []
    }

    /// What `steps.<id>` held of a step of a composite action.
    struct Result: Codable, Sendable {
        var id: String
        var outcome: Conclusion
        var conclusion: Conclusion
        var outputs: [Pair]
    }

    /// What is written down after a step.
    struct Frame: Codable, Sendable {
        /// The number of the place that the job works in.
        var place: Int
        /// Absent where only the job's end is told.
        var step: Step?
        /// What must not be shown since this step: secrets, and what steps have hidden.
        var masks: [String]
        /// All commits that were pushed so far.
        var pushed: [Pair]
        /// The index of the step from which the job is to go on, once it has failed or was cancelled.
        var stop: Int?
    }

    var place: Int
    /// Those that have ended, in order.
    var steps: [Step]
    var masks: [String]
    var pushed: [Pair]
    /// The index of the step from which the job goes on: the first that failed or was cancelled; where the process died,
    /// the one that ran.
    var failedIndex: Int

    init?(_ frames: [Frame]) {
        guard let last = frames.last else { return nil }
        place = last.place
        steps = []
        for step in frames.compactMap(\.step) {
            // One that was taken over and could not be brought back is told again.
            steps.removeAll { $0.index == step.index && $0.part == step.part }
            steps.append(step)
        }
        masks = frames.flatMap(\.masks)
        pushed = last.pushed
        // What is told of a step of a block, or of one beside, may come before what is told of the job's own line.
        let reached = steps.map { $0.part == nil ? $0.index + 1 : $0.index }.max() ?? 0
        let stop = frames.lazy.compactMap(\.stop).first ?? reached
        failedIndex = Self.firstFault(seenBy: steps).map { min($0, stop) } ?? stop
    }

    /// Where the job has first seen that a background step had failed, though it went on, for a wait may tolerate that.
    ///
    /// A `cancel` would end a step that is started again before it has shown anything: the job goes back to that step.
    private static func firstFault(seenBy steps: [Step]) -> Int? {
        let failed = Set(
            steps.filter { $0.isAside == true && $0.part == nil && $0.conclusion == .failure }.map(\.index)
        )
        guard !failed.isEmpty else { return nil }
        let waits = steps.filter { !failed.isDisjoint(with: $0.waitsFor ?? []) }.map(\.index)
        let callsOff = steps.compactMap(\.callsOff).filter(failed.contains)
        return (waits + callsOff).min()
    }

    static func path(run: Int64, job: Int64, _ home: FlowrunHome) -> String { "\(home.run(run))/\(job).kept" }

    /// - Returns: nil where the job was not kept, or its place is gone.
    static func read(run: Int64, job: Int64, in store: Store) throws -> KeptJob? {
        let kept = try KeptJob(KeptJournal.frames(at: path(run: run, job: job, store.home), in: store))
        return kept.flatMap { KeptPlaces(home: store.home).holds($0.place, for: job, of: run) ? $0 : nil }
    }
}
