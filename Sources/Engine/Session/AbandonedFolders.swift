import Foundation
import Store

extension FlowrunHome {
    /// Where `--worktree` keeps the working folder as it is while its runs last.
    package var snapshots: String { path + "/snapshots" }
    var actions: String { cache + "/actions" }
    /// Where files that jobs have left wait, emptied, for later jobs.
    var spareFiles: String { path + "/spare" }
}

/// Folders that were made for a while by processes that have died before they could remove them.
enum AbandonedFolders {
    /// Removes those that nobody holds any more.
    ///
    /// What cannot be removed is left to the next command: it is no reason to refuse this one.
    static func clear(in home: FlowrunHome) {
        for name in names(in: home.snapshots) { remove("\(home.snapshots)/\(name)") }
        // An action that is there has a plain name; one on its way in or out has another part to it.
        for name in names(in: home.actions) where name.contains(".") { remove("\(home.actions)/\(name)") }
    }

    /// Removes the places of jobs that nobody works in any more.
    static func clearPlaces(in home: FlowrunHome) {
        let kept = KeptPlaces(home: home)
        for name in names(in: home.work) {
            guard let place = Int(name) else { continue }
            let lock = open("\(home.work)/\(name).lock", O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            defer { close(lock) }
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
            if kept.isKept(place) {
                kept.removeGivenFiles(of: place)
            } else {
                // The next job there removes it, or says why not.
                try? JobFolders.remove("\(home.work)/\(name)")
            }
        }
    }

    private static func remove(_ path: String) {
        try? HeldFolder.removeAbandoned(path)  // tried again by the next command
    }

    private static func names(in folder: String) -> [String] { FolderNames.of(folder) ?? [] }
}
