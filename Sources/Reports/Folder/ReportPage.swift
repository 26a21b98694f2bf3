import Foundation

/// What a report's page says above the report.
package struct ReportFacts: Sendable, Equatable {
    package var title: String
    /// Name and text, such as `Run` and `Continuous Training #3`; an address makes the text a link.
    package struct Fact: Sendable, Equatable {
        package var name: String
        package var text: String
        package var address: String?

        package init(_ name: String, _ text: String, address: String? = nil) {
            self.name = name
            self.text = text
            self.address = address
        }
    }
    package var facts: [Fact]

    package init(title: String, facts: [Fact] = []) {
        self.title = title
        self.facts = facts
    }
}

/// A report as one HTML file that needs nothing else: no script, images inside it.
package struct ReportPage: Sendable {
    package var facts: ReportFacts
    /// The report with its local images at their `images/…` paths.
    package var markdown: String
    package var images: [ReportImage]

    package init(facts: ReportFacts, markdown: String, images: [ReportImage]) {
        self.facts = facts
        self.markdown = markdown
        self.images = images
    }

    package var html: String {
        var body = MarkdownDocument(Watermark.removed(from: markdown)).html()
        for image in images {
            let address = "data:\(image.kind.mediaType);base64,\(image.bytes.base64EncodedString())"
            body = body.replacing("src=\"\(image.path)\"", with: "src=\"\(address)\"")
        }
        let facts = facts.facts.map { fact in
            var text = escaped(fact.text)
            if let address = fact.address, address.hasPrefix("http://") || address.hasPrefix("https://") {
                text = "<a href=\"\(escaped(address))\">\(text)</a>"
            }
            return "<div><dt>\(escaped(fact.name))</dt><dd>\(text)</dd></div>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: https:; \
            style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
            <title>\(escaped(self.facts.title))</title>
            <style>
            \(ReportPage.style)
            </style>
            </head>
            <body>
            <header>
            <h1>\(escaped(self.facts.title))</h1>
            \(facts.isEmpty ? "" : "<dl>\(facts.joined())</dl>")
            </header>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --tint: #f6f8fa;
          --link: #0969da; --paper: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d;
          --tint: #151b23; --link: #4493f8; --paper: #0d1117; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
        header, main { max-width: 56rem; margin: 0 auto; padding: 0 1.5rem; }
        header { padding-top: 2rem; padding-bottom: 1rem; }
        header h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.25; }
        dl { display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; margin: 0; padding-bottom: 1rem;
          border-bottom: 1px solid var(--line); font-size: .875rem; }
        dl div { display: flex; gap: .4rem; }
        dt { color: var(--soft); }
        dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        main { padding-bottom: 4rem; }
        h1, h2, h3, h4 { line-height: 1.25; margin: 1.5em 0 .5em; }
        main h1, main h2 { padding-bottom: .3em; border-bottom: 1px solid var(--line); }
        h3 { font-size: 1.15rem; }
        a { color: var(--link); }
        img { max-width: 100%; height: auto; background: #fff; border-radius: 6px; }
        code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        code { background: var(--tint); padding: .15em .35em; border-radius: 6px; }
        pre { background: var(--tint); padding: 1rem; border-radius: 6px; overflow: auto; }
        pre code { padding: 0; background: none; }
        blockquote { margin: 0; padding: 0 1em; color: var(--soft); border-left: .25em solid var(--line); }
        table { border-collapse: collapse; display: block; overflow: auto; font-variant-numeric: tabular-nums; }
        th, td { border: 1px solid var(--line); padding: .4em .8em; }
        tr:nth-child(even) td { background: var(--tint); }
        hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
        """
}
