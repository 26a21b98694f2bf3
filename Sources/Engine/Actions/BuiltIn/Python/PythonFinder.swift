import Foundation

/// A Python on this machine.
struct FoundPython: Sendable {
    var path: String
    var version: ToolVersion
    /// `rc1` and its like; empty for a release.
    var stage = ""

    var isPrerelease: Bool { !stage.isEmpty }
    var versionText: String { version.description + stage }
}

enum PythonFinder {
    /// The Pythons on PATH, of pyenv, of uv and of the tool cache; each is asked for its version.
    static func all(_ environment: [String: String]) -> [FoundPython] {
        let home = environment["HOME"] ?? ""
        var candidates: [String] = []
        let minors = (6...20).reversed().map { "python3.\($0)" }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where !folder.hasSuffix("/shims") {
            candidates += (["python3", "python"] + minors).map { "\(folder)/\($0)" }
        }
        var families = [
            ("\(environment["PYENV_ROOT"] ?? "\(home)/.pyenv")/versions", "bin"),
            (environment["UV_PYTHON_INSTALL_DIR"] ?? "\(home)/.local/share/uv/python", "bin"),
        ]
        for variable in ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"] {
            guard let cache = environment[variable] else { continue }
            families.append(("\(cache)/Python", "\(RunnerContext.architecture.lowercased())/bin"))
        }
        for (family, below) in families {
            // Where the folder is absent there are none of these.
            let names = FolderNames.of(family) ?? []
            candidates += names.sorted().map { "\(family)/\($0)/\(below)/python3" }
        }
        var seen: Set<String> = []
        return candidates.compactMap { candidate in
            guard access(candidate, X_OK) == 0 else { return nil }
            let real = URL(fileURLWithPath: candidate).resolvingSymlinksInPath().path
            guard seen.insert(real).inserted else { return nil }
            return ask(candidate)
        }
    }

    private static func ask(_ path: String) -> FoundPython? {
        let script =
            "import sys; v = sys.version_info; print('%d.%d.%d' % v[:3], '' if v[3] == 'final' else v[3] + str(v[4]))"
        let words = ShortAnswer.of(path, ["-c", script])?.split(separator: " ") ?? []
        guard let first = words.first, let version = ToolVersion(first) else { return nil }
        return FoundPython(path: path, version: version, stage: words.count > 1 ? String(words[1]) : "")
    }
}
