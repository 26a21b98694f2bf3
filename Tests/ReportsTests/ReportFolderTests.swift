import Foundation
import Reports
import Store
import Testing

struct ReportFolderTests {
    static let png = Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], ImageKind.png),
            ([0xff, 0xd8, 0xff, 0xe0], .jpeg),
            (Array("GIF89a".utf8), .gif), (Array("RIFF....WEBPVP8 ".utf8), .webp),
            (Array("BM".utf8) + [1, 2, 3, 4, 0, 0, 0, 0, 54], .bmp),
            (Array("<?xml version='1.0'?>\n<!-- x -->\n<svg xmlns='y'>".utf8), .svg),
            (Array("<svg>".utf8), .svg),
        ] as [([UInt8], ImageKind)]
    )
    func imagesAreToldByTheirBytes(bytes: [UInt8], kind: ImageKind) {
        #expect(ImageKind(of: bytes) == kind)
    }

    @Test(arguments: [
        "", "root:x:0:0", "<html><svg></html>", "%PDF-1.4", "RIFF....WAVE", "<svgx>", "BM, says he",
    ])
    func otherBytesAreNoImage(text: String) {
        #expect(ImageKind(of: Array(text.utf8)) == nil)
    }

    @Test func imagesOfTheWorkspaceAreTakenUpAndNothingElseIs() throws {
        let box = try Sandbox()
        defer { box.remove() }
        try box.write("outside.png", Self.png)
        try box.write("work/reports/a b.png", Self.png)
        try box.write("work/plot.png", Self.png)
        try box.write("work/notes.png", Data("not an image".utf8))
        try box.write("work/large.png", Self.png + Data(count: 200))
        try box.link("work/link.png", to: box.path + "/outside.png")
        try box.link("work/inner.png", to: "plot.png")
        try box.link("work/folder", to: box.path)
        #expect(mkfifo(box.path + "/work/pipe.png", 0o600) == 0)
        let refused = [
            "../../outside.png", "\(box.path)/outside.png", "../link.png", "../inner.png",
            "../folder/outside.png",
            "../pipe.png", "../notes.png", "../large.png", "/etc/passwd",
        ]
        let local = [
            "a%20b.png", "../plot.png", "./../reports/../plot.png", "\(box.path)/work/plot.png",
        ]
        let left = ["missing.png", "https://e.org/plot.png", "//e.org/p.png", "#part", "file:///etc/passwd"]
        let markdown = (refused + local + left).map { "![x](\($0))" }.joined(separator: "\n") + "\n"
        var limits = ReportImages.Limits()
        limits.bytesPerImage = 100
        let report = PreparedReport(
            markdown: markdown,
            folder: box.path + "/work/reports",
            workspace: try WorkspaceFiles(root: box.path + "/work"),
            watermark: nil,
            limits: limits
        )
        #expect(Set(report.images.images.keys) == Set(local))
        #expect(report.warnings.count == refused.count, "\(report.warnings)")
        #expect(report.files.count == 1)
        let targets = MarkdownDocument(report.markdown).targets
        #expect(targets == refused + local.map { _ in report.files[0].path } + left)
    }

    @Test func anImageGivenInTheTextBecomesAFile() throws {
        let box = try Sandbox()
        defer { box.remove() }
        let markdown = "![x](data:image/png;base64,\(Self.png.base64EncodedString()))\n"
        let report = PreparedReport(
            markdown: markdown,
            folder: box.path,
            workspace: try WorkspaceFiles(root: box.path),
            watermark: Watermark(sha: "ab")
        )
        #expect(report.files.map(\.bytes) == [Self.png])
        #expect(report.markdown.hasPrefix("![x](images/"))
        #expect(report.markdown.hasSuffix(".png)\n\n\(Watermark(sha: "ab").markdown)\n"))
    }

    @Test func aReportIsKeptAsTextAndAsOnePage() throws {
        let box = try Sandbox()
        defer { box.remove() }
        let image = ReportImage(kind: .png, bytes: Self.png)
        let folder = ReportFolder(path: box.path + "/runs/7/report")
        let markdown =
            "# R\n\n![p](\(image.path)) <script>x</script>\n\n\(Watermark(sha: "ab", title: "(x)").markdown)\n"
        let facts = ReportFacts(
            title: "A <b> & \"c\"",
            facts: [
                .init("Run", "#7", address: "http://127.0.0.1/7"), .init("Bad", "x", address: "javascript:x"),
            ]
        )
        for _ in 1...2 { try folder.write(markdown: markdown, facts: facts, images: [image]) }
        #expect(try String(contentsOfFile: folder.markdownPath, encoding: .utf8) == markdown)
        #expect(try Data(contentsOf: URL(filePath: "\(folder.path)/\(image.path)")) == Self.png)
        let page = try String(contentsOfFile: folder.pagePath, encoding: .utf8)
        #expect(page.contains("src=\"data:image/png;base64,\(Self.png.base64EncodedString())\""))
        #expect(page.contains("<title>A &lt;b&gt; &amp; &quot;c&quot;</title>"))
        #expect(page.contains("<a href=\"http://127.0.0.1/7\">#7</a>"))
        for part in ["<script", "javascript:", "cml.dev", "src=\"images/"] { #expect(!page.contains(part)) }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "images", "report.html", "report.md",
            ]
        )
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let box = try Sandbox()
        defer { box.remove() }
        try box.write("file", Data())
        let folder = ReportFolder(path: box.path + "/file/report")
        let error = #expect(throws: ReportsError.self) {
            try folder.write(markdown: "", facts: ReportFacts(title: ""), images: [])
        }
        #expect(error?.description.contains(folder.path) == true)
    }

    @Test func notesKeepOneEntryARun() {
        var note = RunNote(
            workflow: "Train",
            runID: 7,
            runNumber: 3,
            conclusion: nil,
            metrics: [Metric(name: "Train Score", value: 0.9157)],
            report: "runs/7/report"
        )
        let first = note.added(to: nil)
        #expect(first == "### Train #3: running (run 7)\n- Train Score: 0.9157\n- report: runs/7/report\n")
        note.conclusion = .success
        var other = note
        other.runID = 17
        let both = other.added(to: note.added(to: first))
        #expect(both == note.text + "\n" + other.text)
        #expect(note.added(to: both) == both)
    }
}

/// A folder of a test's own.
struct Sandbox {
    let path: String

    init() throws {
        let place = FileManager.default.temporaryDirectory.path + "/reports-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        path = place
    }

    func write(_ name: String, _ bytes: Data) throws {
        let url = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try bytes.write(to: url)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func remove() {
        #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
    }
}
