import Foundation

/// A Python on this machine.
struct FoundPython: Sendable {
    var path: String
    var version: ToolVersion
    /// `rc1` and its like; empty for a release.
    var stage = ""
    /// Built to run without the global interpreter lock.
    var isFreethreaded = false

    var isPrerelease: Bool { !stage.isEmpty }
    /// `3.13.1t` for a free-threaded one, as the action has it.
    var versionText: String { version.description + stage + (isFreethreaded ? "t" : "") }
    /// Where it is installed: `/usr` for `/usr/bin/python3`, links followed.
    var prefix: String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }
}

enum PythonFinder {
    /// The Pythons on PATH, of pyenv, of uv and of the tool cache; each is asked for its version.
    static func all(_ environment: [String: String]) -> [FoundPython] {
        let home = environment["HOME"] ?? ""
        var candidates: [String] = []
        let minors = (6...20).reversed().flatMap { ["python3.\($0)", "python3.\($0)t"] }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where !folder.hasSuffix("/shims") {
            candidates += (["python3", "python"] + minors).map { "\(folder)/\($0)" }
        }
        var families = [
            ("\(environment["PYENV_ROOT"] ?? "\(home)/.pyenv")/versions", "bin"),
            (environment["UV_PYTHON_INSTALL_DIR"] ?? "\(home)/.local/share/uv/python", "bin"),
        ]
        for variable in ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"] {
            guard let cache = environment[variable] else { continue }
            let architecture = RunnerContext.architecture.lowercased()
            families += ["", "-freethreaded"].map { ("\(cache)/Python", "\(architecture)\($0)/bin") }
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
            "import sys; v = sys.version_info; t = 't' in getattr(sys, 'abiflags', ''); print('%d.%d.%d' % v[:3], int(t), "
            + "'' if v[3] == 'final' else v[3] + str(v[4]))"
        let words = ShortAnswer.of(path, ["-c", script])?.split(separator: " ") ?? []
        guard words.count >= 2, let version = ToolVersion(words[0]) else { return nil }
        return FoundPython(
            path: path,
            version: version,
            stage: words.count > 2 ? String(words[2]) : "",
            isFreethreaded: words[1] == "1"
        )
    }
}
