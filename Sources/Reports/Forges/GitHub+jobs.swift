/// Check runs that show the results of jobs.
extension GitHub {
    private struct Known: Decodable {
        struct Output: Decodable { var annotationsCount: Int? }
        var id: Int64
        var externalId: String?
        var output: Output?
    }

    /// Whether it is there already is asked only where an earlier try may have made it: a job costs two requests.
    func show(_ check: JobCheck) async throws(ReportsError) -> Int64? {
        let known = try await known(check)
        var number = known?.id ?? check.number
        for body in check.bodies(after: known?.output?.annotationsCount ?? 0) {
            let path = "\(address.hubPath)/check-runs"
            if let number {
                _ = try await client.call("PATCH", "\(path)/\(number)", body, as: Known.self)
            } else {
                number = try await client.call("POST", path, body, as: Known.self).id
            }
        }
        return number
    }

    /// What earlier tries have left.
    private func known(_ check: JobCheck) async throws(ReportsError) -> Known? {
        guard check.mayBeThere else { return nil }
        if let number = check.number {
            return try await client.call("GET", "\(address.hubPath)/check-runs/\(number)", as: Known.self)
        }
        struct All: Decodable { var checkRuns: [Known] }
        let query = "check_name=\(pathPart(check.name))&filter=all&per_page=100"
        let path = "\(address.hubPath)/commits/\(pathPart(check.sha))/check-runs?\(query)"
        return try await client.call("GET", path, as: All.self).checkRuns.first { $0.externalId == check.key }
    }
}
