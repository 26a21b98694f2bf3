import Foundation

/// The files in which artifacts and caches lie: `$FLOWRUN_HOME/blobs`, each under a name that is used once.
///
///     blobs/NAME              the bytes of an artifact or a cache that is in the store
///     incoming/PLACE/         what one server is receiving; its lock is held as long as the server lives
///
/// A file comes before its row and goes after it. What a process that died left between the two is removed by `sweep`.
struct BlobFolder: Sendable {
    let home: FlowrunHome

    var kept: String { home.blobs + "/kept" }
    var incoming: String { home.blobs + "/incoming" }

    func path(of blob: String) -> String { "\(kept)/\(blob)" }

    /// Moves received bytes to a name of their own, on the disk when this returns.
    func keep(_ path: String) throws(StoreError) -> String {
        let blob = UUID().uuidString.lowercased()
        try home.make(kept)
        guard rename(path, self.path(of: blob)) == 0 else { throw StoreError(fromSystem: errno, path) }
        let descriptor = open(kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, kept) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(fromSystem: errno, kept) }
        return blob
    }

    /// Removes the file of a blob whose row is gone; one that is gone already is no fault.
    func remove(_ blob: String) throws(StoreError) {
        guard unlink(path(of: blob)) == 0 || errno == ENOENT else {
            throw StoreError(fromSystem: errno, path(of: blob))
        }
    }

    /// Removes files that no row names, unless they are so young that their row may be on its way, and what servers
    /// that died were receiving.
    func sweep(known: Set<String>, now: Date) throws(StoreError) {
        for name in try FlowrunHome.names(in: kept) where !known.contains(name) {
            var facts = stat()
            guard lstat(path(of: name), &facts) == 0 else { continue }
            if now.timeIntervalSince1970 - Double(facts.st_mtim.tv_sec) > 3600 { try remove(name) }
        }
        for name in try FlowrunHome.names(in: incoming) {
            try IncomingBlobs.removeAbandoned("\(incoming)/\(name)")
        }
    }
}
