import Foundation

extension Store {
    /// Removes a run with all that is kept of it: its rows, artifacts, reports, logs and journals.
    ///
    /// What a crash leaves of it belongs to no run, and goes with the next `removeStrayFolders` and `sweepBlobs`.
    package func removeRun(_ id: Int64) throws(StoreError) {
        let kept = try artifacts(run: id, at: .distantPast)
        try deleteRun(id)
        for artifact in kept { try blobs.remove(artifact.blob) }
        try removeFolder(home.run(id))
    }

    /// How many bytes a run takes: its logs, journals, reports and artifacts.
    package func size(ofRun id: Int64) throws(StoreError) -> Int64 {
        var size = try artifacts(run: id).reduce(0) { $0 + $1.size }
        let folder = home.run(id)
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return size }
        for case let name as String in walk {
            var facts = stat()
            if lstat("\(folder)/\(name)", &facts) == 0 { size += Int64(facts.st_blocks) * 512 }
        }
        return size
    }

    /// Removes folders of runs that were removed.
    ///
    /// Those with a number that was not given yet stay: they are of runs that the store has lost, as with a damaged log.
    package func removeStrayFolders() throws(StoreError) {
        let last = try read { db in
            try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'runs'")
        }
        for name in try FlowrunHome.names(in: home.runs) {
            guard let id = Int64(name), id <= last ?? 0, try run(id) == nil else { continue }
            try removeFolder(home.run(id))
        }
    }

    private func removeFolder(_ folder: String) throws(StoreError) {
        guard access(folder, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw StoreError(.failed, folder, cause: error)
        }
    }
}
