import Foundation

/// A node on this machine.
struct FoundNode: Hashable, Sendable {
    /// The folder that goes on PATH.
    var folder: String
    var version: ToolVersion
}

enum NodeFinder {
    /// The node of PATH first, then those of version managers and of the tool cache.
    static func all(_ environment: [String: String]) -> [FoundNode] {
        var found: [FoundNode] = []
        for folder in (environment["PATH"] ?? "").split(separator: ":").map(String.init) {
            guard access("\(folder)/node", X_OK) == 0,
                let version = version(of: "\(folder)/node", environment)
            else { continue }
            found.append(FoundNode(folder: folder, version: version))
        }
        for (parent, below) in managers(environment) {
            for name in (FolderNames.of(parent) ?? []).sorted() {
                let folder = "\(parent)/\(name)/\(below)"
                // These call a version's folder by its number.
                guard let version = ToolVersion(name), access("\(folder)/node", X_OK) == 0 else { continue }
                found.append(FoundNode(folder: folder, version: version))
            }
        }
        var seen: Set<String> = []
        return found.filter {
            seen.insert(URL(fileURLWithPath: "\($0.folder)/node").resolvingSymlinksInPath().path).inserted
        }
    }

    private static func managers(_ environment: [String: String]) -> [(parent: String, below: String)] {
        let home = environment["HOME"] ?? ""
        func place(_ variable: String, _ usual: String) -> String {
            environment[variable] ?? "\(home)/\(usual)"
        }
        let architecture = RunnerContext.architecture.lowercased()
        var places = [
            (place("NVM_DIR", ".nvm") + "/versions/node", "bin"),
            (place("FNM_DIR", ".local/share/fnm") + "/node-versions", "installation/bin"),
            (place("VOLTA_HOME", ".volta") + "/tools/image/node", "bin"),
            (place("NODENV_ROOT", ".nodenv") + "/versions", "bin"),
            (place("ASDF_DATA_DIR", ".asdf") + "/installs/nodejs", "bin"),
            (place("MISE_DATA_DIR", ".local/share/mise") + "/installs/node", "bin"),
            (place("N_PREFIX", "n") + "/n/versions/node", "bin"),
        ]
        for variable in ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"] {
            if let cache = environment[variable] { places.append(("\(cache)/node", "\(architecture)/bin")) }
        }
        return places
    }

    private static func version(of path: String, _ environment: [String: String]) -> ToolVersion? {
        ShortAnswer.of(path, ["--version"], environment: environment).flatMap { ToolVersion($0) }
    }
}
