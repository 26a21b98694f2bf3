import Foundation

/// Where the package managers of node keep what they have downloaded.
struct NodePackages {
    private let call: BuiltInCall
    private var environment: [String: String]

    /// - Parameter node: The folder of the node that they are to run on, where it is not on PATH yet.
    init(_ call: BuiltInCall, node: String?) {
        self.call = call
        environment = call.environment
        if let node { environment["PATH"] = "\(node):\(environment["PATH"] ?? "")" }
    }

    /// Nil where the package manager does not tell.
    func folders(of manager: String) async throws -> [String]? {
        switch manager {
        case "npm": return try await told("npm", ["config", "get", "cache"]).map { [$0] }
        case "pnpm": return try await told("pnpm", ["store", "path", "--silent"]).map { [$0] }
        default:
            var folders: [String] = []
            for project in projects {
                let version = try await call.answer(of: "yarn", ["--version"], in: project, environment)
                guard let version = version?.split(whereSeparator: \.isNewline).last else { return nil }
                let words = version.hasPrefix("1.") ? ["cache", "dir"] : ["config", "get", "cacheFolder"]
                guard let folder = try await call.folder(toldBy: "yarn", words, in: project, environment)
                else { return nil }
                if !folders.contains(folder) { folders.append(folder) }
            }
            return folders
        }
    }

    /// Whether what is not used any more is taken out of the folders, so that an older cache does as well: yarn does so where
    /// it keeps packages in each project, and the repository does not hold them.
    func cleansUp(_ manager: String) async throws -> Bool {
        guard manager == "yarn" else { return false }
        for project in projects {
            if FileManager.default.fileExists(atPath: "\(project)/.yarn/cache") { return false }
            let words = ["config", "get", "enableGlobalCache"]
            let told = try await call.answer(of: "yarn", words, in: project, environment)
            guard told?.contains("false") ?? false else { return false }
        }
        return true
    }

    /// The folders that the input `cache-dependency-path` leads to, else the workspace.
    private var projects: [String] {
        let paths = call.dependencyPaths
        return paths.isEmpty ? [call.workspace] : call.folders(ofFiles: paths)
    }

    private func told(_ program: String, _ words: [String]) async throws -> String? {
        try await call.folder(toldBy: program, words, in: call.workspace, environment)
    }
}
