import Reports
import Testing

struct MarkdownTests {
    @Test(arguments: [
        ("![a](p.png)", "![a](images/1.png)"),
        ("![a](<p.png> \"t\")\n", "![a](<images/1.png> \"t\")\n"),
        ("[a]: p.png\n\n![x][a]\n", "[a]: images/1.png\n\n![x][a]\n"),
        ("[![x](p.png)](p.png)", "[![x](images/1.png)](images/1.png)"),
        // What only looks like a target stays.
        ("`![](p.png)` ![a](p.png)", "`![](p.png)` ![a](images/1.png)"),
        ("> [!NOTE]\n> p.png _x_ ![a](p.png)", "> [!NOTE]\n> p.png _x_ ![a](images/1.png)"),
        ("```\n](p.png)\n```\n", "```\n](p.png)\n```\n"),
        ("no targets: p.png\n", "no targets: p.png\n"),
        ("\\![a](p.pngx)", "\\![a](p.pngx)"),
    ])
    func targetsAreReplacedAndNothingElse(source: String, result: String) {
        #expect(MarkdownDocument(source).replacingTargets(["p.png": "images/1.png"]) == result)
    }

    @Test func aTargetThatIsWrittenWithEscapesIsReplacedToo() {
        let result = MarkdownDocument("![a](p\\_q.png)").replacingTargets(["p_q.png": "images/1.png"])
        #expect(MarkdownDocument(result).targets == ["images/1.png"])
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "a <img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))", "![x](vbscript:y)", "<javascript:alert(1)>",
        "[x](data:text/html,<script>)",
        "<div onclick='x'>\n\n[a](\"onmouseover=alert(1))", "| a |\n|---|\n| <b onload=x> |",
    ])
    func htmlHoldsNoScript(source: String) {
        let html = MarkdownDocument(source).html().lowercased()
        for part in [
            "<script", "<img src=x", "href=\"javascript", "src=\"vbscript", "href=\"data:", "<b onload",
            "<div",
        ] {
            #expect(!html.contains(part))
        }
    }

    @Test func extensionsOfGitHubAreKnown() {
        let html = MarkdownDocument(
            "| a |\n|--:|\n| 1 |\n\n- [x] ~~old~~ www.example.com [^1]\n\n[^1]: note\n"
        ).html()
        for part in [
            "<table>", "align=\"right\"", "checkbox", "<del>old</del>", "http://www.example.com", "footnote",
        ] {
            #expect(html.contains(part), "\(part) in \(html)")
        }
    }

    @Test func hostileNestingIsSurvived() {
        for source in [
            String(repeating: ">", count: 20_000) + "x", String(repeating: "*a **a ", count: 5000),
            String(repeating: "[", count: 20_000), String(repeating: "![a](", count: 5000),
        ] {
            let document = MarkdownDocument(source)
            _ = document.content
            #expect(TerminalMarkdown(width: 40).render(source).utf8.count < 1 << 24)
            _ = document.replacingTargets(["a": "b"])
        }
    }

    @Test func documentsAreParsedByManyThreadsAtOnce() async {
        let source = "| a | b |\n|---|---|\n| ~~x~~ | www.example.com |\n"
        let expected = MarkdownDocument(source).html()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { MarkdownDocument(source).html() == expected } }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test(arguments: [
        ("### Train Score: 0.9157", "Train Score", 0.9157), ("# r2_test: -1.5e-3", "r2_test", -1.5e-3),
        ("Loss: 3\n===", "Loss", 3), ("### a: b: 1", "a: b", 1), ("## **Accuracy**: `0.5`", "Accuracy", 0.5),
    ])
    func headingsWithNumbersAreMetrics(source: String, name: String, value: Double) {
        #expect(metrics(in: MarkdownDocument(source)) == [Metric(name: name, value: value)])
    }

    @Test(arguments: [
        "Train Score: 0.9", "### Train Score: high", "### : 1", "    # a: 1", "```\n# a: 1\n```", "# a: nan",
        "# a: 0x10",
    ])
    func otherTextIsNoMetric(source: String) {
        #expect(metrics(in: MarkdownDocument(source)).isEmpty)
    }

    @Test func theLastOfTwoEqualNamesCounts() {
        let document = MarkdownDocument("# a: 1\n# b: 2\n# a: 3\n")
        #expect(metrics(in: document) == [Metric(name: "b", value: 2), Metric(name: "a", value: 3)])
    }
}
