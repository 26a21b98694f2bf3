import Reports
import Testing

/// Summaries hold HTML wherever an action writes them by the toolkit's `core.summary`.
struct HTMLSummaryTests {
    private func shown(_ source: String, width: Int = 60) -> String {
        TerminalMarkdown(width: width).render(source)
    }

    @Test func whatTheToolkitWritesIsReadAsMarkdownIs() {
        // As `core.summary` gives it: no line breaks inside an element.
        let source = """
            <h1>Test Results</h1>
            <table><tr><th>File</th><th>Result</th></tr><tr><td>foo.js</td><td>Pass ✅</td></tr>\
            <tr><td colspan="2">a &lt;b&gt; &amp; c</td></tr></table>
            <ul><li>one</li><li>two <b>bold</b></li></ul>
            <ol><li>first</li><li>second</li></ol>
            <pre lang="js"><code>let a = 1
              b()</code></pre>
            <details><summary>More</summary>Hidden words</details>
            <blockquote cite="https://e.org">said</blockquote>
            <hr>
            <img src="https://e.org/p.png" alt="plot">
            <a href="https://e.org">a link</a><br>next
            """
        let rendered = """
            # Test Results

            File      │ Result
            ──────────┼────────
            foo.js    │ Pass ✅
            a <b> & c │

            • one
            • two bold

            1. first
            2. second

                let a = 1
                  b()

            ▸ More

            Hidden words

            │ said

            ────────────────────────────────────────

            ▣ plot (https://e.org/p.png) a link (https://e.org)
            next

            """
        #expect(shown(source) == rendered)
    }

    @Test(arguments: [
        ("A <b>bold</b> word<br>and <code>x</code>", "A bold word\nand `x`\n"),
        ("see <a href=\"https://e.org\">this</a> <sub>1</sub>", "see this (https://e.org) 1\n"),
        ("<img alt=\"A\" src='a.png'> here", "▣ A (a.png) here\n"),
        ("a < b and <!-- nothing --> c", "a < b and c\n"),
        ("x <script>alert(1)</script> y", "x y\n"),
        ("<details><summary>Log</summary>\n\n**here**\n\n</details>", "▸ Log\n\nhere\n"),
        ("Words <details><summary>More</summary>hidden</details>", "Words ▸ More\nhidden\n"),
        ("<div align=\"center\"><h2>T</h2><p>one</p><p>two</p></div>", "## T\n\none\n\ntwo\n"),
        ("<table><tr><td>1</td><td><p>a</p><ul><li>b</ul></td></table>", "1 │ a • b\n"),
        (
            "<p>unclosed <b>and <i>wrong</b> nesting</i> &copy; &#x41; &nope;",
            "unclosed and wrong nesting © A &nope;\n"
        ),
    ])
    func markupIsNotShown(source: String, text: String) {
        #expect(shown(source) == text)
    }

    @Test(arguments: ["<div>", "<ul><li>", "<table><tr><td>", "<b>", "<details><summary>", "<", "<a b='"])
    func nothingHostileEndsTheProgram(piece: String) {
        let text = shown(String(repeating: piece, count: 5000) + "end")
        #expect(text.contains("end") || piece == "<a b='")
    }
}
