/// Some folders of a repository: all below them, and the files beside the way to them, as git's sparse cones
/// have it.
struct SparseCone: SparseSelection {
    static let isCone = true

    private let folders: Set<String>
    private let parents: Set<String>

    init(_ folders: [String]) {
        let cleaned = folders.map { folder in
            folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        }
        self.folders = Set(cleaned)
        parents = Set(cleaned.flatMap { Self.ancestors(of: $0) }).union([""])
    }

    /// Whether the root itself is one of the folders.
    var isEverything: Bool { folders.contains("") }

    /// Whether a file is written.
    func contains(_ path: String) -> Bool {
        let above = Self.ancestors(of: path)
        return folders.contains("") || above.contains { folders.contains($0) }
            || parents.contains(above.first ?? "")
    }

    /// What git keeps in `info/sparse-checkout` for this cone.
    var patterns: String {
        var lines = ["/*", "!/*/"]
        for parent in parents.subtracting(folders).sorted() where !parent.isEmpty {
            let isBelowFolder = Self.ancestors(of: parent).contains { folders.contains($0) }
            let text = Self.escaped(parent)
            if !isBelowFolder { lines += ["/\(text)/", "!/\(text)/*/"] }
        }
        lines += folders.sorted().map { "/\(Self.escaped($0))/" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A path as a pattern that fits nothing else.
    private static func escaped(_ path: String) -> String {
        path.map { "*?[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// The folders above a path, nearest first, the root (`""`) last.
    private static func ancestors(of path: String) -> [String] {
        path.isEmpty ? [] : Folders.above(path) + [""]
    }
}
