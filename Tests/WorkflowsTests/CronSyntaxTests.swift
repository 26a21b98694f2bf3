import Testing

@testable import Workflows

@Suite struct CronSyntaxTests {
    @Test(arguments: [
        "* * * * *", "*/5 * * * *", "30 5 * * 1-5", "0 0 1 JAN sun",
        "0,15,30-45/5 0-23/2 1-31 jan-dec MON-fri", "5/10 * * * *",
    ])
    func linesThatGitHubTakesAreRight(line: String) {
        #expect(CronSyntax.fault(of: line) == nil)
    }

    @Test(arguments: [
        "", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *", "*/0 * * * *", "*/x * * * *", "a * * * *", "1,,2 * * * *", "1-2-3 * * * *",
        "* * * * monday", "*/5/5 * * * *",
    ])
    func otherLinesAreNot(line: String) {
        #expect(CronSyntax.fault(of: line) != nil)
    }
}
