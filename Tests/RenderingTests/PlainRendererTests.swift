import Foundation
import Testing

@testable import Store
@testable import flowrun

struct PlainRendererTests {
    let story = Story()

    private func plain(_ events: [RunEvent], colours: Bool = false) throws -> String {
        try written(
            { PlainRenderer(Terminal(descriptor: $0, isInteractive: false, colours: colours)) },
            events
        )
    }

    @Test func aRunReadsLikeThis() throws {
        let shown = """
            ● Train #3  push · main @ 1a2b3c4
            train ▶ starts
            train ▸ Set up job
            train | Runner: host
            train ✓ Set up job  1.2s
            train ▸ Run make
            train | ▸ Run make
            train |   $ make
            train | ^[[2Jred
            train | 99%
            train | warning: old
            train | error: Process completed with exit code 2.
            train ✗ Run make  1.2s
            train ! Soft failed (continue-on-error)  1.2s
            train ⊘ Later skipped
            train ✗ failed  3.0s
            train   a.py:3:5: warning: T: old
            train   error: Process completed with exit code 2.
            train ≡ # S
            deploy ⊘ was skipped
            ✗ Train #3 failed in 12s
              ✗ train failed  3.0s
              ⊘ deploy was skipped

            """
        #expect(try plain(story.failing) == shown)
    }

    @Test func coloursOfAStepAreKeptAndEndWithItsLine() throws {
        let events = [story.event(.jobStarted(story.job(1, "j"))), story.log(1, 1, "\u{1b}[31mred")]
        #expect(try plain(events, colours: true).hasSuffix("\u{1b}[31mred\u{1b}[0m\n"))
        #expect(try plain(events).hasSuffix("j | red\n"))
    }

    @Test func aStepCannotPretendToBeFlowrun() throws {
        let events = [
            story.event(.jobStarted(story.job(1, "j"))), story.log(1, 1, "j ✓ Set up job"),
            story.log(1, 1, "x\nj ✓ y"),
        ]
        #expect(try plain(events).split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("j | ") })
    }

    @Test(
        arguments: [
            ([:], false, false), (["TERM": "xterm"], false, false), (["FORCE_COLOR": "1"], true, false),
            (["FORCE_COLOR": "1", "NO_COLOR": "1"], false, false),
            (["FORCE_COLOR": "1", "NO_COLOR": ""], true, false),
            (["FORCE_COLOR": "1", "TERM": "dumb"], false, false),
        ] as [([String: String], Bool, Bool)]
    )
    func coloursFollowTheEnvironment(environment: [String: String], colours: Bool, isInteractive: Bool) {
        let pipe = Pipe()
        let terminal = Terminal(
            descriptor: pipe.fileHandleForWriting.fileDescriptor,
            environment: environment
        )
        #expect(terminal.colours == colours && terminal.isInteractive == isInteractive)
        #expect(RenderFormat.suited(to: terminal) == .plain)
    }

    @Test(arguments: [
        (0, "0.0s"), (1234, "1.2s"), (12_345, "12s"), (65_000, "1m 05s"), (3_725_000, "1h 02m"),
    ])
    func durationsAreShort(milliseconds: Int, text: String) {
        #expect(Wording.duration(milliseconds: milliseconds) == text)
    }
}
