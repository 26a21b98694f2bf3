import Testing

@testable import Events

@Suite struct GlobPatternTests {
    @Test(arguments: [
        ("*", "main", true), ("*", "a/b", false), ("**", "a/b/c", true), ("feature/*", "feature/x", true),
        ("feature/*", "feature/x/y", false), ("feature/**", "feature/x/y", true), ("v2*", "v2", true),
        ("v2*", "v2.9", true), ("*feature", "ver-10-feature", true), ("release/**", "release", false),
        ("**/README.md", "README.md", true), ("**/README.md", "js/README.md", true),
        ("**/README.md", "xREADME.md", false), ("docs/**/*.md", "docs/a.md", true),
        ("docs/**/*.md", "docs/b/c/a.md", true), ("docs/**/*.md", "docs.md", false),
        ("**.js", "src/js/app.js", true),
        ("**/docs/**", "a/docs/b", true), ("**/docs/**", "docs/b", true), ("**/docs/**", "mydocs/b", false),
        ("**/*src/**", "my-src/code/js/app.js", true), ("a**/b", "axx/y/b", true), ("a**/b", "a/b", true),
        ("**/migrate-*.sql", "db/sept/migrate-v1.sql", true), ("***", "a/b", true),
    ])
    func starsMatchWithinAndAcrossSegments(pattern: String, name: String, matches: Bool) {
        #expect(GlobPattern(pattern).matches(name) == matches, "\(pattern) on \(name)")
    }

    @Test(arguments: [
        ("releases?", "release", true), ("releases?", "releases", true), ("releases?", "releaseX", false),
        ("*.jsx?", "page.js", true), ("*.jsx?", "page.jsx", true), ("a+b", "aaab", true), ("a+b", "b", false),
        ("a+b", "a+b", false), ("v[12].[0-9]+.[0-9]+", "v1.10.1", true),
        ("v[12].[0-9]+.[0-9]+", "v3.0.0", false),
        ("v[12].[0-9]+.[0-9]+", "v1..1", false), ("[a-cx]", "x", true), ("[a-cx]", "d", false),
        ("[a-cx]", "-", false),
        ("né?", "n", true), ("?a", "?a", true), ("a?+", "", true), ("a?+", "aaa", true), ("x[", "x[", true),
    ])
    func quantifiersAndSetsAreOfTheCharacterBefore(pattern: String, name: String, matches: Bool) {
        #expect(GlobPattern(pattern).matches(name) == matches, "\(pattern) on \(name)")
    }

    @Test(arguments: [
        (#"a\+b"#, "a+b", true), (#"a\+b"#, "aab", false), (#"\*"#, "*", true), (#"\*"#, "x", false),
        (#"\[x\]"#, "[x]", true), (#"\!x"#, "!x", true), (#"a\b"#, #"a\b"#, true), (#"a\\"#, #"a\"#, true),
        ("Main", "main", false), ("./src", "src", false), ("mai", "main", false), ("", "", true),
        ("", "a", false),
    ])
    func escapesAreLiteralAndNamesAreWhole(pattern: String, name: String, matches: Bool) {
        #expect(GlobPattern(pattern).matches(name) == matches, "\(pattern) on \(name)")
    }

    @Test(arguments: ["**/**/**/**/**/*a", "*a*a*a*a*a*a*a*ab", "a+a+a+a+a+a+a+b", "a?a?a?a?a?a?a?aaaaaaab"])
    func hostilePatternsTakeTimeThatGrowsWithTheirLength(pattern: String) {
        let name = String(repeating: "a", count: 4096) + "c"
        let time = ContinuousClock().measure { #expect(!GlobPattern(pattern).matches(name)) }
        // Without backtracking it is milliseconds, in an unoptimised build too; with it, longer than anybody waits.
        #expect(time < .seconds(2))
    }
}
