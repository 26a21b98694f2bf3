import Foundation

/// Who makes a Python.
enum PythonFamily: String, Sendable {
    case cPython = "cpython"
    case pyPy = "pypy"
    case graalPy = "graalpy"

    /// As the log of the action has it.
    var title: String {
        switch self {
        case .cPython: "CPython"
        case .pyPy: "PyPy"
        case .graalPy: "GraalPy"
        }
    }
}

/// A Python on this machine.
struct FoundPython: Sendable {
    var path: String
    /// Of the language.
    var version: ToolVersion
    var family = PythonFamily.cPython
    /// Of PyPy or GraalPy itself.
    var own: ToolVersion?
    /// `rc1` and its like; empty for a release.
    var stage = ""
    /// Built to run without the global interpreter lock.
    var isFreethreaded = false

    var isPrerelease: Bool { !stage.isEmpty }
    /// `3.13.1t` for a free-threaded one, `pypy3.10.14-7.3.17` and `graalpy24.0.1`, as the action has it.
    var versionText: String {
        switch family {
        case .cPython: version.description + stage + (isFreethreaded ? "t" : "")
        case .pyPy: "pypy\(version)-\(own ?? version)\(stage)"
        case .graalPy: "graalpy\(own ?? version)\(stage)"
        }
    }
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
            candidates += (["python3", "python"] + minors + ["pypy3", "pypy", "graalpy"]).map {
                "\(folder)/\($0)"
            }
        }
        var families = [
            ("\(environment["PYENV_ROOT"] ?? "\(home)/.pyenv")/versions", "bin"),
            (environment["UV_PYTHON_INSTALL_DIR"] ?? "\(home)/.local/share/uv/python", "bin"),
        ]
        for variable in ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"] {
            guard let cache = environment[variable] else { continue }
            let architecture = RunnerContext.architecture.lowercased()
            families += ["", "-freethreaded"].map { ("\(cache)/Python", "\(architecture)\($0)/bin") }
            families += ["PyPy", "GraalPy"].map { ("\(cache)/\($0)", "\(architecture)/bin") }
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
            "import sys; v = sys.version_info; i = sys.implementation; p = v if i.name == 'cpython' else i.version; "
            + "t = 't' in getattr(sys, 'abiflags', ''); print('%d.%d.%d' % v[:3], int(t), '-' if p[3] in ('final', '') "
            + "else p[3] + str(p[4]), i.name, '%d.%d.%d' % p[:3])"
        let words = ShortAnswer.of(path, ["-c", script])?.split(separator: " ") ?? []
        guard words.count >= 2, let version = ToolVersion(words[0]),
            let family = words.count > 3 ? PythonFamily(rawValue: String(words[3])) : .cPython
        else { return nil }
        return FoundPython(
            path: path,
            version: version,
            family: family,
            own: family == .cPython || words.count < 5 ? nil : ToolVersion(words[4]),
            stage: words.count > 2 && words[2] != "-" ? String(words[2]) : "",
            isFreethreaded: words[1] == "1"
        )
    }
}
