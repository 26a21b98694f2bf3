extension [Job] {
    /// The ids of these jobs and of all that they need, and that those need; the case of ids does not matter.
    package func withNeeds(of ids: [String]) -> Set<String> {
        var found: Set<String> = []
        var open = ids
        while let next = open.popLast() {
            guard let job = first(where: { $0.id.lowercased() == next.lowercased() }) else { continue }
            if found.insert(job.id).inserted { open += job.needs.map(\.value) }
        }
        return found
    }
}
