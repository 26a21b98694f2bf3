import YAML

extension Decoder {
    /// Jobs can only need jobs that there are, and not, by whatever way, themselves.
    func checkNeeds(of jobs: [Job], known: [String]) {
        let known = Dictionary(known.map { ($0.lowercased(), $0) }) { first, _ in first }
        let names = known.values.sorted()
        var graph: [String: [String]] = [:]
        for job in jobs {
            for need in job.needs where known[need.value.lowercased()] == nil {
                report(
                    need,
                    "unknown-need",
                    "job '\(job.id)' needs unknown job '\(need.value)'",
                    hint: hint(for: need.value, among: names)
                )
            }
            graph[job.id.lowercased()] = job.needs.map { $0.value.lowercased() }.filter { known[$0] != nil }
        }
        if let cycle = firstCycle(in: graph, order: jobs.map { $0.id.lowercased() }),
            let job = jobs.first(where: { $0.id.lowercased() == cycle[0] }),
            let need = job.needs.first(where: { $0.value.lowercased() == cycle[1] })
        {
            let names = cycle.map { "'\(known[$0] ?? $0)'" }.joined(separator: " -> ")
            report(need, "needs-cycle", "jobs need each other in a circle: \(names)")
        }
    }

    /// The jobs, with what they need named as it is where it is defined: case does not matter in `needs`.
    func spelled(_ jobs: [Job], as names: [String]) -> [Job] {
        let known = Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
        return jobs.map { job in
            var job = job
            job.needs = job.needs.map { need in
                var need = need
                need.value = known[need.value.lowercased()] ?? need.value
                return need
            }
            return job
        }
    }

    /// The jobs of a circle, the first again at the end.
    private func firstCycle(in graph: [String: [String]], order: [String]) -> [String]? {
        var done: Set<String> = []
        for start in order where !done.contains(start) {
            // A walk in depth without recursion: however long the chain, the stack stays as it is.
            var path: [(id: String, next: Int)] = [(start, 0)]
            var open: Set<String> = [start]
            while let (id, next) = path.last {
                let needs = graph[id] ?? []
                guard next < needs.count else {
                    done.insert(id)
                    open.remove(id)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let need = needs[next]
                if open.contains(need), let index = path.firstIndex(where: { $0.id == need }) {
                    return path[index...].map(\.id) + [need]
                }
                if !done.contains(need) {
                    open.insert(need)
                    path.append((need, 0))
                }
            }
        }
        return nil
    }

    private func report(_ place: Located<String>, _ code: String, _ message: String, hint: String? = nil) {
        report(
            Diagnostic(
                location: place.location,
                length: place.value.count,
                code: code,
                message: message,
                hint: hint
            )
        )
    }
}
