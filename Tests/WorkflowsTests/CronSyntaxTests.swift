import Testing

@testable import Workflows

@Suite struct CronSyntaxTests {
    @Test(arguments: [
        "* * * * *", "*/5 * * * *", "30 5 * * 1-5", "0 0 1 JAN sun",
        "0,15,30-45/5 0-23/2 1-31 jan-dec MON-fri", "5/10 * * * *",
    ])
    func linesThatGitHubTakesAreRight(line: String) {
        #expect(throws: Never.self) { try CronSchedule(parsing: line) }
    }

    @Test(arguments: [
        "", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *", "*/0 * * * *", "*/x * * * *", "a * * * *", "1,,2 * * * *", "1-2-3 * * * *",
        "* * * * monday", "*/5/5 * * * *", "*/60 * * * *", "0 */24 * * *", "0 0 * * */7",
    ])
    func otherLinesAreNot(line: String) {
        #expect(throws: CronError.self) { try CronSchedule(parsing: line) }
    }

    @Test(arguments: [
        ("* * * *", "a schedule has five fields (minute, hour, day, month, weekday), not 4"),
        ("0 0 0 */6 * *", "a schedule has five fields (minute, hour, day, month, weekday), not 6"),
        (
            "@daily",
            "`@daily` is no schedule that GitHub knows: write five fields (minute, hour, day, month, weekday)"
        ), ("61 * * * *", "minute 61 is not between 0 and 59"),
        ("* * * * 7", "7 is no weekday: Sunday is 0"),
        ("*/60 * * * *", "`60` is no step of the minute: a number between 1 and 59"),
        ("*/0 * * * *", "`0` is no step of the minute: a number between 1 and 59"),
        ("5-1 * * * *", "the range `5-1` of the minute ends before it starts"),
        ("1,, * * * *", "the minute has an empty part"), ("* * ? * *", "`?` is no day"),
        ("* * * janu *", "`janu` is no month: a number, or one of `jan` to `dec`"),
        ("-1 * * * *", "`` is no minute"),
        ("99999999999999999999 * * * *", "`99999999999999999999` is no minute"),
    ])
    func badLinesSayWhatIsWrong(line: String, message: String) throws {
        let error = try #require(throws: CronError.self) { try CronSchedule(parsing: line) }
        #expect(error.description == message)
    }

    @Test func faultsAreMarkedInTheLine() throws {
        let error = try #require(throws: CronError.self) { try CronSchedule(parsing: "0  1,24 * * *") }
        #expect(error.range == 5..<7)
    }
}
