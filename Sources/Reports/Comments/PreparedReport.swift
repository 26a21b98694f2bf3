/// A report made ready to be kept and shown: its images taken out of the workspace, its mark set.
package struct PreparedReport: Sendable {
    /// The author's text as it came.
    package let original: String
    /// The text that is kept: local images at their `images/…` paths, the watermark at the end.
    package let markdown: String
    package let images: ReportImages
    package let metrics: [Metric]
    package let watermark: Watermark?

    /// `folder` is the folder that the report's relative targets start from.
    package init(
        markdown original: String,
        folder: String,
        workspace: WorkspaceFiles,
        watermark: Watermark?,
        limits: ReportImages.Limits = ReportImages.Limits()
    ) {
        let document = MarkdownDocument(original)
        images = ReportImages(in: document, folder: folder, workspace: workspace, limits: limits)
        metrics = Reports.metrics(in: document)
        let text = document.replacingTargets(images.replacements)
        self.original = original
        self.watermark = watermark
        markdown = CommentText(markdown: text, watermark: watermark).text
    }

    /// Each image once, in a stable order.
    package var files: [ReportImage] {
        var seen: Set<String> = []
        return images.images.values.filter { seen.insert($0.path).inserted }.sorted { $0.path < $1.path }
    }

    /// What is to be said to the author, one sentence each.
    package var warnings: [String] { images.warnings }
}
