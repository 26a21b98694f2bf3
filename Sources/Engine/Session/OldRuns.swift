package import Foundation
package import Store

/// Runs that are beyond what is to be kept.
package enum OldRuns {
    /// Those of a repository, or of all of them, that limits do not want, oldest first.
    package static func beyond(
        _ limits: RunRetention,
        repository: String?,
        in store: Store,
        at now: Date
    ) throws -> [RunRecord] {
        let runs = try store.runs(RunFilter(repository: repository), limit: .max)
        return try limits.superfluous(of: runs, at: now) { try store.size(ofRun: $0.id) }
    }

    /// Removes runs with all that belongs to them: logs, reports, artifacts, workspaces that were kept; artifacts whose time
    /// is over go in any case.
    package static func remove(_ runs: [RunRecord], from store: Store) throws {
        for run in runs { try store.removeRun(run.id) }
        try KeptPlaces(home: store.home).prune(keeping: .max)
        try store.removeStrayFolders()
        try store.sweepBlobs()
    }
}
