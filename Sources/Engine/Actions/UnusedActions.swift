package import Foundation
package import Store

/// Actions that no run has used for long.
package enum UnusedActions {
    /// Removes the stored actions that were last used before a moment; they are fetched again when they are wanted.
    ///
    /// - Parameter isDry: Whether they are only counted.
    /// - Returns: How many they are, and the bytes that they take.
    package static func prune(
        in home: FlowrunHome,
        unusedSince moment: Date,
        isDry: Bool
    ) throws -> (count: Int, size: Int64) {
        var total = (count: 0, size: Int64(0))
        for name in FolderNames.of(home.actions) ?? [] where name.wholeMatch(of: /[0-9a-f]{40,64}/) != nil {
            let folder = "\(home.actions)/\(name)"
            guard let used = lastUse(of: folder), used < moment else { continue }
            let size = FolderSize.of(folder)
            if !isDry {
                // Nobody finds it under the new name, which also marks it as abandoned should this process die.
                let leaving = "\(folder).\(UUID().uuidString)"
                guard rename(folder, leaving) == 0 else { continue }
                try JobFolders.remove(leaving)
            }
            total = (total.count + 1, total.size + size)
        }
        return total
    }

    /// Notes that an action is used now; where that cannot be noted it is only fetched again some day.
    static func noteUse(of folder: String) { utimes(folder, nil) }

    private static func lastUse(of folder: String) -> Date? {
        var facts = stat()
        guard lstat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return nil }
        return Date(timeIntervalSince1970: TimeInterval(facts.st_mtim.tv_sec))
    }
}
