import Foundation

/// The files of an artifact, found as `actions/upload-artifact` finds them (its `shared/search.ts`).
struct ArtifactFileSearch {
    /// In the order in which they are found.
    let files: [String]
    /// What the paths in the artifact are relative to.
    let root: String
    /// What the log says of it.
    let notes: [String]
    /// Where the files may really be, links followed.
    private let places: [String]

    /// - Parameter path: Patterns, one a line.
    init(_ path: String, hidden: Bool, workspace: String, home: String = GlobPattern.home) {
        let lines = path.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let patterns = lines.map { GlobPattern($0, workspace: workspace, home: home) }
        var walk = GlobWalk(patterns: patterns, followsLinks: true, skipsHidden: !hidden)
        let roots = walk.searchRoots
        files = walk.files(until: .now + .seconds(3600))
        switch roots.count {
        case 0:
            root = workspace
            notes = []
        case 1 where files == roots:
            root = (roots[0] as NSString).deletingLastPathComponent
            notes = []
        case 1:
            root = roots[0]
            notes = []
        default:
            root = Self.commonFolder(of: roots)
            notes = [
                "Multiple search paths detected. Calculating the least common ancestor of all paths",
                "The least common ancestor is \(root). This will be the root directory of the artifact",
            ]
        }
        // What is named inside the workspace stays in it; elsewhere only folders that a person has named are followed.
        places = ([workspace] + roots.filter { !$0.hasPrefix(workspace + "/") }).compactMap(Self.place)
    }

    /// A file's path in the artifact.
    func name(of file: String) -> String {
        let base = root == "/" ? "/" : root + "/"
        return file.hasPrefix(base) ? String(file.dropFirst(base.count)) : String(file.drop { $0 == "/" })
    }

    /// Opens one of the files.
    ///
    /// - Throws: `StepFailure` where a link leads out of where files may be: what is there is nothing of the job's.
    func open(_ file: String) throws -> ConfinedFile {
        guard let real = RealPath.of(file) else { throw StepFailure("'\(file)' is gone") }
        guard let place = places.first(where: { real == $0 || real.hasPrefix($0 == "/" ? "/" : $0 + "/") })
        else {
            throw StepFailure(
                "'\(file)' is a link that leads to '\(real)', out of the job's folder: it is not uploaded"
            )
        }
        return try ConfinedFile(
            real,
            under: real == place ? (place as NSString).deletingLastPathComponent : place
        )
    }

    /// A folder that files may be in, or the file that is meant; nil for a link to a file.
    private static func place(_ path: String) -> String? {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        if facts.st_mode & S_IFMT == S_IFLNK {
            guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return nil }
        }
        return RealPath.of(path)
    }

    private static func commonFolder(of paths: [String]) -> String {
        var common = paths[0].split(separator: "/")
        for path in paths.dropFirst() {
            let parts = path.split(separator: "/")
            common = zip(common, parts).prefix { $0 == $1 }.map(\.0)
        }
        return "/" + common.joined(separator: "/")
    }
}
