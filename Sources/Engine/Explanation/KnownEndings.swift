import Store

/// How jobs end, as far as it is known before they have run.
struct KnownEndings: Sendable {
    private var results: [String: Conclusion] = [:]

    /// By a job's id, whose case does not matter; `nil` where it is not known.
    subscript(id: String) -> Conclusion? {
        get { results[id.lowercased()] }
        set { results[id.lowercased()] = newValue }
    }

    /// Whether all of these jobs succeed: one that does not is enough to know it.
    func isSuccessful(_ ids: [String]) -> Bool? {
        if ids.contains(where: { self[$0].map { $0 != .success } ?? false }) { return false }
        return ids.allSatisfy { self[$0] != nil } ? true : nil
    }

    /// Whether any of these jobs fails.
    func hasFailure(_ ids: [String]) -> Bool? {
        if ids.contains(where: { self[$0] == .failure }) { return true }
        return ids.allSatisfy { self[$0] != nil } ? false : nil
    }
}
