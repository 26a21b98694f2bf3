import Foundation
package import Git
package import Store

/// Linked working folders had a name of their own in the store once: what stands under one is filed under its repository.
package enum LinkedFolders {
    /// Whether a folder may be in a linked working folder: only there, and in submodules, `.git` is a file.
    ///
    /// Far quicker than to open the repository.
    package static func isPossible(at folder: String) -> Bool {
        var place = folder[...]
        while true {
            var facts = stat()
            if lstat(String(place) + "/.git", &facts) == 0 { return facts.st_mode & S_IFMT == S_IFREG }
            guard let slash = place.lastIndex(of: "/") else { return false }
            place = place[..<slash]
        }
    }

    package static func refile(_ repository: Repository, in store: Store) throws {
        guard repository.isLinked else { return }
        let main = try repository.mainFolder()
        guard repository.folder != main else { return }
        try store.refile(repository.folder, as: main)
    }

    /// The same for each that the daemon was told to serve, so that no schedule fires twice.
    package static func refileServed(in store: Store) throws {
        for served in try store.repositories() {
            // One that is gone is for the person to remove.
            guard let repository = try? Repository(at: served.path) else { continue }
            try refile(repository, in: store)
        }
    }
}
