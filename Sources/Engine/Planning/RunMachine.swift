import Expressions
import Store

/// The life of a run's jobs as far as their needs decide it: a value that is told what ended and says what may start.
struct RunMachine: Sendable {
    /// What is known of a job that has ended.
    struct Ending: Sendable {
        /// What dependants see: a failure that `continue-on-error` tolerates counts as success.
        var result: Conclusion
        var outputs: [(name: String, value: String)]
    }

    private enum State {
        case waiting
        case started
        case ended(Ending)
    }

    /// Job ids in the order of the file.
    let keys: [String]
    private let needs: [String: [String]]
    private var states: [String: State]

    /// - Parameter jobs: The ids of the jobs and of what each needs; every need is among the jobs.
    init(jobs: [(id: String, needs: [String])]) {
        keys = jobs.map(\.id)
        needs = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0.needs) })
        states = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, .waiting) })
    }

    /// The jobs that wait for nothing any more, in the order of the file; each is told once.
    mutating func takeReady() -> [String] {
        let ready = keys.filter { key in
            guard case .waiting = states[key] else { return false }
            return needs[key, default: []].allSatisfy { ending(of: $0) != nil }
        }
        for key in ready { states[key] = .started }
        return ready
    }

    mutating func end(_ key: String, _ ending: Ending) {
        states[key] = .ended(ending)
    }

    func ending(of key: String) -> Ending? {
        guard case .ended(let ending) = states[key] else { return nil }
        return ending
    }

    var hasUnfinished: Bool { keys.contains { ending(of: $0) == nil } }

    /// The `needs` context of a job: its direct needs.
    func needsContext(of key: String) -> Value { context(of: needs[key, default: []]) }

    /// The `jobs` context of a called workflow: all of its jobs.
    var jobsContext: Value { context(of: keys) }

    private func context(of keys: [String]) -> Value {
        let pairs = keys.map { key -> (key: String, value: Value) in
            let ending = ending(of: key)
            let outputs = ending?.outputs.map { (key: $0.name, value: Value.string($0.value)) } ?? []
            let facts: [(key: String, value: Value)] = [
                ("result", .string(ending?.result.rawValue ?? "")),
                ("outputs", .object(ObjectValue(outputs))),
            ]
            return (key, .object(ObjectValue(facts)))
        }
        return .object(ObjectValue(pairs))
    }

    /// Whether `success()` holds for a job: every ancestor (or every job named) succeeded.
    ///
    /// A skipped ancestor counts as not successful, however far up it stands (actions/runner issue 491).
    func isSuccessful(before key: String, naming names: [String] = []) -> Bool {
        let asked = names.isEmpty ? ancestors(of: key) : Set(names.map { $0.lowercased() })
        return asked.allSatisfy { endingIgnoringCase($0)?.result == .success }
    }

    /// Whether `failure()` holds for a job: any ancestor (or any job named) failed.
    func hasFailure(before key: String, naming names: [String] = []) -> Bool {
        let asked = names.isEmpty ? ancestors(of: key) : Set(names.map { $0.lowercased() })
        return asked.contains { endingIgnoringCase($0)?.result == .failure }
    }

    private func endingIgnoringCase(_ name: String) -> Ending? {
        if let exact = ending(of: name) { return exact }
        return keys.first { $0.lowercased() == name }.flatMap { ending(of: $0) }
    }

    private func ancestors(of key: String) -> Set<String> {
        var found: Set<String> = []
        var open = needs[key, default: []]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += needs[next, default: []] }
        }
        return found
    }
}
