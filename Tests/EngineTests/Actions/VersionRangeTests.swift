import Testing

@testable import Engine

struct VersionRangeTests {
    /// What each range has of 3.8.18, 3.9.0, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 4.0.0.
    @Test(
        arguments: [
            ("", "3.8.18 3.9.0 3.9.18 3.10.13 3.11.7 3.12.1 4.0.0"),
            ("*", "3.8.18 3.9.0 3.9.18 3.10.13 3.11.7 3.12.1 4.0.0"),
            ("3", "3.8.18 3.9.0 3.9.18 3.10.13 3.11.7 3.12.1"),
            ("3.x", "3.8.18 3.9.0 3.9.18 3.10.13 3.11.7 3.12.1"),
            ("v3.1", ""),
            ("3.11", "3.11.7"), ("3.11.x", "3.11.7"), ("=3.11.7", "3.11.7"), ("3.11.6", ""),
            ("==3.11.*", "3.11.7"),
            (">=3.11", "3.11.7 3.12.1 4.0.0"), (">= 3.11", "3.11.7 3.12.1 4.0.0"),
            (">3.11", "3.12.1 4.0.0"), (">3.11.6", "3.11.7 3.12.1 4.0.0"), (">*", ""),
            ("<3.9", "3.8.18"), ("<=3.9", "3.8.18 3.9.0 3.9.18"), ("<=3.9.0", "3.8.18 3.9.0"),
            (">=3.9 <3.11", "3.9.0 3.9.18 3.10.13"), (">=3.9,<3.11", "3.9.0 3.9.18 3.10.13"),
            (">=3.9, !=3.10.*, <4", "3.9.0 3.9.18 3.11.7 3.12.1"),
            ("~3.9", "3.9.0 3.9.18"), ("~3.9.1", "3.9.18"),
            ("~3", "3.8.18 3.9.0 3.9.18 3.10.13 3.11.7 3.12.1"),
            ("~=3.11", "3.11.7 3.12.1"), ("~=3.9.1", "3.9.18"),
            ("^3.11", "3.11.7 3.12.1"), ("^3.11.8", "3.12.1"), ("^4", "4.0.0"),
            ("3.9 - 3.10", "3.9.0 3.9.18 3.10.13"), ("3.8 || 3.12", "3.8.18 3.12.1"),
        ]
    )
    func aRangeHasTheVersionsThatNpmOrPythonSay(_ range: String, _ expected: String) throws {
        let known = ["3.8.18", "3.9.0", "3.9.18", "3.10.13", "3.11.7", "3.12.1", "4.0.0"]
        let found = try #require(VersionRange(range))
        let fitting = try known.filter { found.contains(try #require(ToolVersion($0))) }
        #expect(fitting.joined(separator: " ") == expected)
    }

    @Test(arguments: [("^0.2.3", "0.2.4", "0.3.0"), ("^0.0.3", "0.0.3", "0.0.4"), ("^0", "0.9.0", "1.0.0")])
    func aCaretKeepsTheFirstNumberThatIsNotZero(_ range: String, _ inside: String, _ outside: String) throws {
        let found = try #require(VersionRange(range))
        #expect(found.contains(try #require(ToolVersion(inside))))
        #expect(!found.contains(try #require(ToolVersion(outside))))
    }

    @Test(arguments: ["three", "3.11.7.1", "3.x.1", ">>3", "~=3", "3.13.0-rc.1", "pypy3.10", "3..1", ">="])
    func whatIsNoRangeIsRefused(_ text: String) { #expect(VersionRange(text) == nil) }
}
