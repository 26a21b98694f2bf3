package import Store

/// What `refs/notes/flowrun` says of a commit: compact Markdown for `git log --notes=flowrun`.
package struct RunNote: Sendable, Equatable {
    package static let ref = "refs/notes/flowrun"

    package var workflow: String
    package var runID: Int64
    package var runNumber: Int
    package var conclusion: Conclusion?
    package var metrics: [Metric]
    /// The report's folder or page.
    package var report: String?

    package init(
        workflow: String,
        runID: Int64,
        runNumber: Int,
        conclusion: Conclusion?,
        metrics: [Metric],
        report: String?
    ) {
        self.workflow = workflow
        self.runID = runID
        self.runNumber = runNumber
        self.conclusion = conclusion
        self.metrics = metrics
        self.report = report
    }

    package var text: String {
        var lines = [
            "### \(oneLine(workflow)) #\(runNumber): \(conclusion?.rawValue ?? "running") (run \(runID))"
        ]
        lines += metrics.map { "- \(oneLine($0.name)): \($0.value)" }
        if let report { lines.append("- report: \(oneLine(report))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The note with this run's entry put in place of an earlier one of the same run, or after those of others.
    package func added(to note: String?) -> String {
        let ending = "(run \(runID))"
        var entries: [[Substring]] = []
        for line in (note ?? "").split(separator: "\n") {
            if line.hasPrefix("### ") || entries.isEmpty { entries.append([]) }
            entries[entries.count - 1].append(line)
        }
        let own = text.split(separator: "\n")
        if let index = entries.firstIndex(where: { $0[0].hasPrefix("### ") && $0[0].hasSuffix(ending) }) {
            entries[index] = own
        } else {
            entries.append(own)
        }
        return entries.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private func oneLine(_ text: String) -> String { SafeText.line(text) }
}
