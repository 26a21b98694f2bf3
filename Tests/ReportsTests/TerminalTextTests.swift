import Reports
import Testing

struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("\u{1b}]0;x\u{7}y", "^[]0;x^Gy"), ("\u{1b}[2J", "^[[2J"),
        ("a\u{7f}\u{0}", "a^?^@"),
        ("\u{9b}31m", "<9b>31m"), ("a\tb", "a       b"), ("\u{202e}abc", "<202e>abc"), ("日本", "日本"),
        ("\u{1b}[31mred", "\u{1b}[31mred\u{1b}[0m"), ("\u{1b}[38;5;1mx", "\u{1b}[38;5;1mx\u{1b}[0m"),
        ("\u{1b}[31", "^[[31"), ("\u{1b}[?25l", "^[[?25l"), ("\u{1b}[\u{1b}[1m", "^[[\u{1b}[1m\u{1b}[0m"),
    ])
    func onlyColoursPass(text: String, shown: String) {
        #expect(SafeText.line(text, styling: .kept) == shown)
    }

    @Test func coloursCanBeRemovedOrShown() {
        #expect(SafeText.line("\u{1b}[1;31mx\u{1b}[0m", styling: .removed) == "x")
        #expect(SafeText.line("\u{1b}[1mx", styling: .shown) == "^[[1mx")
    }

    @Test func bytesThatAreNoTextBecomeReplacementCharacters() {
        #expect(SafeText.line([0x61, 0xff, 0xfe, 0x62, 0]) == "a\u{fffd}\u{fffd}b^@")
    }

    @Test(arguments: [("10%\r20%\r30%", "30%"), ("30%\r\r", "30%"), ("x", "x"), ("\r", ""), ("a\r", "a")])
    func aProgressBarShowsItsLastState(line: String, shown: String) {
        #expect(String(decoding: SafeText.lastState(of: Array(line.utf8)[...]), as: UTF8.self) == shown)
    }

    @Test(arguments: [
        ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍🏽", 2), ("🇩🇪", 2), ("✓", 1), ("⚠️", 2),
        ("\u{1b}[31mab\u{1b}[0m", 2),
        ("한국", 4), ("ﾊ", 1), ("", 0),
    ])
    func widthIsThatOfATerminal(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("a", 0, ""),
        ("\u{1b}[1mabcdef", 3, "\u{1b}[1mab…\u{1b}[0m"),
    ])
    func textIsCutToColumns(text: String, columns: Int, cut: String) {
        #expect(DisplayWidth.cut(text, to: columns) == cut)
    }

    @Test func markdownIsLaidOutForATerminal() {
        let source = """
            # Title

            Some *words* with `code` and a [link](https://e.org) that go on and on.

            | name | score | about |
            |:-----|------:|-------|
            | 森   | 0.91  | a     |
            | tree | 10    | b     |

            - [x] done
            - [ ] open
              1. first
              2. second

            ```sh
            run   me
            ```

            > quoted

            ![plot](p.png)
            """
        let shown = """
            # Title

            Some words with `code` and a link
            (https://e.org) that go on and on.

            name │ score │ about
            ─────┼───────┼──────
            森   │  0.91 │ a
            tree │    10 │ b

            ☑ done
            ☐ open
              1. first
              2. second

                run   me

            │ quoted

            ▣ plot (p.png)

            """
        #expect(TerminalMarkdown(width: 36).render(source) == shown)
    }

    @Test func wideTablesGiveWay() {
        let source = "| a | b |\n|---|---|\n| x | many words that do not fit on it |\n"
        for line in TerminalMarkdown(width: 30).render(source).split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= 30)
        }
    }

    @Test(arguments: [
        "\u{1b}[2J", "`\u{1b}]0;x\u{7}`", "![\u{1b}[1m](\u{1b}x)", "# \u{9b}1m", "    \u{1b}[2J",
        "<b \u{1b}[2J>", "| \u{1b}[H |\n|--|\n",
        "```\n\u{1b}[2J\r\n```", "&#27;[2J", "[a](x \"\u{7}\")", "[^\u{1b}]\n\n[^\u{1b}]: x",
    ])
    func noControlSequenceOfTheTextReachesTheTerminal(source: String) {
        let plain = TerminalMarkdown(width: 40, colours: false).render(source)
        #expect(!plain.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
        // With colours: nothing but `ESC [ digits m`.
        let coloured = TerminalMarkdown(width: 40, colours: true).render(source)
        for piece in coloured.split(separator: "\u{1b}", omittingEmptySubsequences: false).dropFirst() {
            let end = piece.firstIndex(of: "m")
            #expect(piece.first == "[")
            #expect(end.map { piece[..<$0].dropFirst().allSatisfy { $0.isNumber || $0 == ";" } } == true)
        }
    }

    @Test func theWatermarkIsNotShown() {
        let text = "# A\n\n" + Watermark(sha: "abc").markdown
        #expect(TerminalMarkdown(width: 40).render(text) == "# A\n")
    }
}
