/// The problem matchers that the setup actions bring along (their `.github/*.json`).
enum SetupMatchers {
    /// The place of a traceback, with what was raised.
    static func python() throws -> [ProblemMatcher] { try read(pythonText, "python.json") }

    /// What the TypeScript compiler and ESLint print, in both of its usual styles.
    static func node() throws -> [ProblemMatcher] {
        try read(typeScriptText, "tsc.json") + read(stylishText, "eslint-stylish.json")
            + read(compactText, "eslint-compact.json")
    }

    private static func read(_ text: String, _ file: String) throws -> [ProblemMatcher] {
        try ProblemMatcher.read(Array(text.utf8), file: file)
    }

    private static let pythonText = #"""
        {"problemMatcher": [{"owner": "python", "pattern": [
          {"regexp": "^\\s*File\\s\\\"(.*)\\\",\\sline\\s(\\d+),\\sin\\s(.*)$",
            "file": 1, "line": 2},
          {"regexp": "^\\s*raise\\s(.*)\\(\\'(.*)\\'\\)$",
            "message": 2}
        ]}]}
        """#

    private static let typeScriptText = #"""
        {"problemMatcher": [{"owner": "tsc", "pattern": [
          {"regexp": "^([^\\s].*)[\\(:](\\d+)[,:](\\d+)(?:\\):\\s+|\\s+-\\s+)(error|warning|info)\\s+TS(\\d+)\\s*:\\s*(.*)$",
            "file": 1, "line": 2, "column": 3, "severity": 4, "code": 5, "message": 6}
        ]}]}
        """#

    private static let stylishText = #"""
        {"problemMatcher": [{"owner": "eslint-stylish", "pattern": [
          {"regexp": "^\\s*([^\\s].*)$",
            "file": 1},
          {"regexp": "^\\s+(\\d+):(\\d+)\\s+(error|warning|info)\\s+(.*)\\s\\s+(.*)$",
            "line": 1, "column": 2, "severity": 3, "message": 4, "code": 5, "loop": true}
        ]}]}
        """#

    private static let compactText = #"""
        {"problemMatcher": [{"owner": "eslint-compact", "pattern": [
          {"regexp": "^(.+):\\sline\\s(\\d+),\\scol\\s(\\d+),\\s([Ee]rror|[Ww]arning|[Ii]nfo)\\s-\\s(.+)\\s\\((.+)\\)$",
            "file": 1, "line": 2, "column": 3, "severity": 4, "message": 5, "code": 6}
        ]}]}
        """#
}
