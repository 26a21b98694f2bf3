import Foundation

/// The repositories that were checked out below a workspace, each looked up once.
struct RepositoryRoots {
    /// Of a folder, the folder of its repository; nil for a repository that is not the run's own.
    private var known: [String: String?] = [:]

    /// What an annotation names a file relative to: the folder of the repository that it is in, and the workspace where
    /// it is in none.
    ///
    /// - Parameter origins: The addresses of the run's own repository.
    /// - Returns: nil where the file is of another repository.
    mutating func root(of file: String, in workspace: String, _ origins: Set<String>) -> String? {
        let folder = (file as NSString).deletingLastPathComponent
        if let root = known[folder] { return root }
        var root: String? = workspace
        var place = folder
        while place.count > workspace.count {
            // Read as what a step may have made: without waiting, and not without end.
            if let bytes = try? ProblemMatcherFile.bytes(of: "\(place)/.git/config") {
                let text = String(decoding: bytes, as: UTF8.self)
                root = Self.names(text, anyOf: origins) ? place : nil
                break
            }
            place = (place as NSString).deletingLastPathComponent
        }
        known[folder] = root
        return root
    }

    private static func names(_ configuration: String, anyOf origins: Set<String>) -> Bool {
        configuration.split(whereSeparator: \.isNewline).contains { line in
            let pair = line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return pair.count == 2 && pair[0] == "url" && origins.contains(pair[1])
        }
    }
}
