import Testing

@testable import Engine

@Suite struct WorkflowCommandTests {
    @Test(
        arguments: [
            ("::error::bad", "error", [:], "bad"),
            ("  \t::WARNING::loud", "warning", [:], "loud"),
            ("::error file=a.py,line=3::bad", "error", ["file": "a.py", "line": "3"], "bad"),
            ("::error title=a=b,file=x.c::m", "error", ["title": "a=b", "file": "x.c"], "m"),
            ("::error  file=x.c, line=3 ::m", "error", ["file": "x.c", " line": "3"], "m"),
            ("::error title=a%2Cb%3Ac::50%25 of%0Ait%250A", "error", ["title": "a,b:c"], "50% of\nit%0A"),
            ("::error ::", "error", [:], ""),
            ("::set-output name=a::b::c", "set-output", ["name": "a"], "b::c"),
            ("x ##[warning]also", "warning", [:], "also"),
            ("a ##x ##[error file=a;line=2]m%5D%3B", "error", ["file": "a", "line": "2"], "m];"),
            ("##[group]Title", "group", [:], "Title"),
            ("::debug::100%", "debug", [:], "100%"),
            ("::debug::%2C%3A", "debug", [:], "%2C%3A"),
        ] as [(String, String, [String: String], String)]
    )
    func commandsAreReadWithTheirPropertiesAndData(
        line: String,
        name: String,
        properties: [String: String],
        data: String
    ) {
        let command = WorkflowCommand(line)
        #expect(command?.name == name)
        #expect(command?.properties == properties)
        #expect(command?.data == data)
        #expect(WorkflowCommand.mayBe(Array(line.utf8)))
    }

    @Test(arguments: [
        "", "::", "::::", "::error", ":: error::x", "x ::warning::no", "::nosuch::text", "##[nosuch]text",
        "##[error",
        "plain", "a::b::c", "#[error]x", "##", "::error:x",
    ])
    func anythingElseIsText(line: String) { #expect(WorkflowCommand(line) == nil) }
}
