import Foundation

/// One version of Python that a step asks for.
struct PythonWish: Sendable {
    var text: String
    private var range: VersionRange
    private var takesPrereleases: Bool
    private var isFreethreaded: Bool
    private var family = PythonFamily.cPython
    /// Of PyPy or GraalPy itself.
    private var own: VersionRange?

    init(
        _ text: String,
        takesPrereleases: Bool = false,
        isFreethreaded: Bool = false
    ) throws(StepFailure) {
        var wanted = text
        // `3.14-dev`: the newest of the line, before its release too.
        let isDevelopment = text.hasSuffix("-dev")
        if isDevelopment { wanted.removeLast("-dev".count) }
        for family in [PythonFamily.pyPy, .graalPy] where text.hasPrefix(family.rawValue) {
            self = try Self(text, of: family, takesPrereleases: takesPrereleases)
            return
        }
        // `3.13t`: without the global interpreter lock.
        let isSoNamed = wanted.wholeMatch(of: /[0-9]+\.[0-9]+(\.[0-9]+)?t/) != nil
        if isSoNamed { wanted.removeLast() }
        guard let range = VersionRange(wanted) else {
            throw StepFailure("'\(text)' is no version of Python: a range such as 3.11, 3.x or >=3.9 <3.13")
        }
        self.text = text
        self.range = range
        self.takesPrereleases = takesPrereleases || isDevelopment
        self.isFreethreaded = isFreethreaded || isSoNamed
    }

    /// `pypy3.10`, `pypy-3.10-v7.3.x`, `graalpy24.0`, `graalpy-22.3`.
    private init(_ text: String, of family: PythonFamily, takesPrereleases: Bool) throws(StepFailure) {
        let parts = text.dropFirst(family.rawValue.count).split(separator: "-").map(String.init)
        let isLanguage = family == .pyPy
        guard let first = parts.first, parts.count <= (isLanguage ? 2 : 1),
            !isLanguage || first.wholeMatch(of: /[0-9]+\.[0-9]+/) != nil, let range = VersionRange(first),
            let own = VersionRange(parts.count > 1 ? parts[1] : "x")
        else {
            throw StepFailure(
                isLanguage
                    ? "'\(text)' is no version of PyPy: pypy3.10, or pypy3.10-v7.3.x; a nightly one cannot be had"
                    : "'\(text)' is no version of GraalPy: graalpy24.0"
            )
        }
        self.text = text
        self.family = family
        // GraalPy is asked for by its own version alone.
        (self.range, self.own) = isLanguage ? (range, own) : (own, range)
        self.takesPrereleases = takesPrereleases
        isFreethreaded = false
    }

    /// What would bring it to this machine.
    var remedy: String {
        switch family {
        case .cPython: "`apt install python\(text)` or `uv python install \(text)`"
        case .pyPy: "`uv python install \(text)`"
        case .graalPy: "`pyenv install` and one of `pyenv install --list`"
        }
    }

    /// The newest that fits: a released one if there is any, else one before its release where these are taken.
    func choose(_ found: [FoundPython]) -> FoundPython? {
        let fitting = found.filter {
            range.contains($0.version) && $0.isFreethreaded == isFreethreaded && $0.family == family
                && own?.contains($0.own ?? $0.version) ?? true
        }
        let released = fitting.filter { !$0.isPrerelease }
        let open = released.isEmpty && takesPrereleases ? fitting : released
        return open.max { ($0.version, $0.own ?? $0.version) < ($1.version, $1.own ?? $1.version) }
    }

    /// Of the inputs, else of the project's file; none where neither names one.
    static func all(_ call: BuiltInCall) throws -> [PythonWish] {
        let takesPrereleases = try call.flag("allow-prereleases")
        let isFreethreaded = try call.flag("freethreaded")
        let given = lines(of: call["python-version"])
        let file = call["python-version-file"]
        var wanted = given
        if given.isEmpty {
            let name = file.isEmpty ? ".python-version" : file
            if let text = call.text(of: name) {
                wanted = versions(in: text, of: name)
                guard !wanted.isEmpty || file.isEmpty else {
                    throw StepFailure("The file '\(name)' names no version of Python")
                }
            } else if !file.isEmpty {
                throw StepFailure("The specified python version file at: \(name) doesn't exist.")
            }
        } else if !file.isEmpty {
            call.say("Both python-version and python-version-file are given: python-version is used")
        }
        return try wanted.map {
            try PythonWish($0, takesPrereleases: takesPrereleases, isFreethreaded: isFreethreaded)
        }
    }

    /// The versions that a project's file names, told by the file's own name.
    static func versions(in text: String, of file: String) -> [String] {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        if name.hasSuffix(".toml") {
            let standard = TOMLText.value(of: "requires-python", under: "project", in: text)
            let poetry = TOMLText.value(of: "python", under: "tool.poetry.dependencies", in: text)
            return [standard ?? poetry].compactMap { $0 }
        }
        if name == "Pipfile" {
            let full = TOMLText.value(of: "python_full_version", under: "requires", in: text)
            let short = TOMLText.value(of: "python_version", under: "requires", in: text)
            return [full ?? short].compactMap { $0 }
        }
        let all = lines(of: text)
        // `3.10/envs/name`: an environment of pyenv's.
        guard name == ".tool-versions" else { return all.map { String($0.prefix { $0 != "/" }) } }
        return all.compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "python" ? String(words[1]) : nil
        }.prefix(1).map { $0 }
    }

    private static func lines(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline)
            .map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
