import Testing

@testable import Engine

struct ArtifactPatternTests {
    @Test(arguments: [
        ("*", "any", true), ("a-*", "a-1", true), ("a-*", "b-1", false), ("{a,b}-?", "b-2", true),
        ("{a,b}-?", "b-22", false), ("x{1,{2,3}}", "x3", true), ("!a*", "a1", false), ("!a*", "b", true),
        ("[ab]c", "bc", true), ("{a}", "{a}", true), ("", "a", false), ("**", "a", true),
    ])
    func names(_ pattern: String, _ name: String, _ isMatch: Bool) {
        #expect(ArtifactPattern(pattern).matches(name) == isMatch)
    }
}
