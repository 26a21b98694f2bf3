import Foundation
import Reports
import Testing

@testable import Store
@testable import flowrun

struct PrettyRendererTests {
    let story = Story()

    private func tree(after count: Int) -> RunTree {
        var tree = RunTree(wording: Wording(paint: Paint(isOn: false)))
        for event in story.failing.prefix(count) { _ = tree.apply(event, width: 80) }
        return tree
    }

    @Test func theTreeShowsWhatRuns() {
        let frame = tree(after: 11).frame(columns: 80, rows: 20, now: story.start + 2)
        #expect(frame.count == 4)
        #expect(frame[0].hasSuffix(" train  2s") && frame[1] == "    ✓ Set up job  1.2s")
        #expect(frame[2].hasSuffix(" Run make  2s") && frame[3] == "      99%")
    }

    @Test(arguments: [(80, 20), (20, 3), (10, 2), (5, 1), (1, 1), (80, 0)])
    func theTreeKeepsToTheWindow(columns: Int, rows: Int) {
        var tree = tree(after: 10)
        for id in 10...40 {
            let job = story.job(Int64(id), "a job with a name that is rather long, 日本語 \(id)")
            _ = tree.apply(story.event(.jobStarted(job)), width: 80)
        }
        let frame = tree.frame(columns: columns, rows: rows, now: story.start)
        #expect(frame.count <= rows)
        #expect(frame.allSatisfy { DisplayWidth.of($0) < max(2, columns) })
    }

    @Test func theEndTellsWhatFailedAndWhy() {
        var tree = RunTree(wording: Wording(paint: Paint(isOn: false)))
        let printed = story.failing.flatMap { tree.apply($0, width: 80) }
        let shown = """
            ● Train #3  push · main @ 1a2b3c4
              ✗ train failed  3.0s
                ✓ Set up job  1.2s
                ✗ Run make  1.2s
                ! Soft failed (continue-on-error)  1.2s
                ⊘ Later skipped
              ⊘ deploy was skipped

            ✗ train › Run make
              │ ▸ Run make
              │ $ make
              │ ^[[2Jred
              │ 99%
              │ warning: old
              │ error: Process completed with exit code 2.

              a.py:3:5: warning: T: old
              error: Process completed with exit code 2.

              train summary

              # S

            ✗ Train #3 failed in 12s
              ✗ train failed  3.0s
              ⊘ deploy was skipped

            """
        #expect(printed.joined(separator: "\n") == shown)
        #expect(tree.frame(columns: 80, rows: 20, now: story.start).isEmpty)
    }

    @Test func aLongNameLeavesRoomForHowLongItTakes() {
        var tree = RunTree(wording: Wording(paint: Paint(isOn: false)))
        let name = "Run " + String(repeating: "日本", count: 40)
        _ = tree.apply(story.event(.jobStarted(story.job(1, "train"))), width: 40)
        _ = tree.apply(story.event(.stepStarted(jobID: 1, story.step(2, name))), width: 40)
        for rows in [20, 1] {
            let frame = tree.frame(columns: 40, rows: rows, now: story.start + 3)
            #expect(frame.last?.contains("…") == true && frame.last?.hasSuffix("  3s") == true)
        }
        _ = tree.apply(story.event(.stepCompleted(jobID: 1, story.step(2, name, .failure))), width: 40)
        let shown = tree.apply(story.event(.jobCompleted(story.job(1, "train"))), width: 40)
        #expect(shown.last?.hasSuffix("…  1.2s") == true)
        #expect(shown.allSatisfy { DisplayWidth.of($0) < 40 })
    }

    @Test func onlyTheLastLinesOfAFailingStepAreKept() {
        var tree = tree(after: 6)
        for number in 0..<10_000 { _ = tree.apply(story.log(1, 2, "line \(number)"), width: 80) }
        let rest = story.failing.dropFirst(15).flatMap { tree.apply($0, width: 80) }
        #expect(rest.filter { $0.hasPrefix("  │ line") }.count == RunTree.tailLength)
        #expect(rest.contains("  │ … 9980 lines before") && rest.contains("  │ line 9999"))
    }

    @Test(arguments: [true, false])
    func theCursorIsShownAgain(breaksOff: Bool) throws {
        var main: Int32 = -1
        var side: Int32 = -1
        var size = winsize(ws_row: 10, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&main, &side, nil, nil, &size) == 0)
        let terminal = Terminal(descriptor: side, environment: ["TERM": "xterm"])
        #expect(terminal.isInteractive && terminal.colours && terminal.size == (40, 10))
        let renderer = PrettyRenderer(terminal)
        let reader = FileHandle(fileDescriptor: main, closeOnDealloc: true)
        let events = story.failing
        for event in events.prefix(8) { renderer.observe(event) }
        // The first picture hides the cursor.
        var seen = Data()
        while !String(decoding: seen, as: UTF8.self).contains("Run make") { seen += reader.availableData }
        #expect(String(decoding: seen, as: UTF8.self).contains("\u{1b}[?25l"))
        if !breaksOff { for event in events.dropFirst(8) { renderer.observe(event) } }
        renderer.finish()
        while !String(decoding: seen, as: UTF8.self).hasSuffix("\u{1b}[?25h") { seen += reader.availableData }
        let text = String(decoding: seen, as: UTF8.self)
        #expect(text.contains(breaksOff ? "train" : "failed in 12s"))
        #expect(!text.contains("\u{1b}[2J"))
        close(side)
    }
}
