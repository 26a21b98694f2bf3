import Engine
import Foundation
import Git
import Reports
import Store
import Synchronization

/// Takes up the reports that steps leave: masks them, keeps them in the store, and ties them to commits by notes.
final class RunReports: ReportSink {
    private let store: Store
    private let home: FlowrunHome
    /// When each report that was taken up had last changed, and its id in the store.
    private let known = Mutex<[String: (changed: Date, id: Int64)]>([:])

    init(store: Store, home: FlowrunHome) {
        self.store = store
        self.home = home
    }

    func collect(
        from folder: String,
        facts: RunFacts,
        jobID: Int64,
        mask: @Sendable (String) -> String
    ) throws -> [String] {
        var lines: [String] = []
        for (path, report, changed) in try SpooledReport.all(in: folder) {
            let earlier = known.withLock { $0[path] }
            if let earlier, earlier.changed >= changed { continue }
            let markdown = try masked(path, report, facts: facts, mask: mask)
            let id: Int64
            if let earlier {
                id = earlier.id
                _ = try store.updateReport(earlier.id, markdown: markdown, url: report.url)
            } else {
                id = try store.saveReport(
                    NewReport(
                        runID: facts.runID,
                        jobID: jobID,
                        watermark: report.watermarkTitle,
                        commitSHA: report.sha,
                        target: report.target,
                        markdown: markdown,
                        folder: path,
                        url: report.url
                    )
                ).id
            }
            known.withLock { $0[path] = (changed, id) }
            for metric in metrics(in: MarkdownDocument(markdown)) {
                try store.saveMetric(metric.name, metric.value, run: facts.runID)
            }
            lines.append("Report kept: \(path)/report.html")
        }
        return lines
    }

    /// The report's text without the job's secrets; where it held any, its files are written anew.
    private func masked(
        _ path: String,
        _ report: SpooledReport,
        facts: RunFacts,
        mask: @Sendable (String) -> String
    ) throws -> String {
        let folder = ReportFolder(path: path)
        guard let data = FileManager.default.contents(atPath: folder.markdownPath) else {
            throw CommandEnd(.broken, "`\(folder.markdownPath)` is gone")
        }
        let text = String(decoding: data, as: UTF8.self)
        let masked = mask(text)
        if masked != text {
            // Without the folder there are no images.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/images")) ?? []
            let images = names.compactMap { name -> ReportImage? in
                guard let bytes = FileManager.default.contents(atPath: "\(path)/images/\(name)"),
                    let kind = ImageKind(of: bytes)
                else { return nil }
                return ReportImage(kind: kind, bytes: bytes)
            }
            try folder.write(markdown: masked, facts: ReportTitle.facts(of: facts), images: images)
        }
        return masked
    }

    func runCompleted(_ run: RunRecord, pushed: [String]) throws {
        let reports = try store.reports(run: run.id)
        guard let last = reports.last else { return }
        let metrics = try store.metrics(run: run.id).map { Reports.Metric(name: $0.name, value: $0.value) }
        let note = RunNote(
            workflow: run.name,
            runID: run.id,
            runNumber: run.runNumber,
            conclusion: run.conclusion,
            metrics: metrics,
            report: last.folder + "/report.html"
        )
        var repositories = [try Repository(at: run.repository)]
        if let origin = try repositories[0].remoteURL("origin"), origin.hasPrefix("/"),
            let bare = try Repository.discover(from: origin)
        {
            repositories.append(bare)
        }
        for repository in repositories {
            for sha in Set([run.headSHA] + pushed) {
                guard let commit = CommitID(sha), try repository.contains(commit) else { continue }
                try repository.appendNote(ref: RunNote.ref, commit: commit, text: note.text)
            }
        }
    }
}

/// What stands at the head of a report's page.
enum ReportTitle {
    static func facts(of run: RunFacts) -> ReportFacts {
        ReportFacts(
            title: run.workflowName,
            facts: [
                .init("run", "\(run.runID)"), .init("commit", String(run.sha.prefix(7))),
                .init("ref", run.ref),
            ]
        )
    }

    static func facts(environment: [String: String]) -> ReportFacts {
        var facts: [ReportFacts.Fact] = []
        if let run = environment["GITHUB_RUN_ID"] { facts.append(.init("run", run)) }
        if let sha = environment["GITHUB_SHA"] { facts.append(.init("commit", String(sha.prefix(7)))) }
        if let ref = environment["GITHUB_REF"] { facts.append(.init("ref", ref)) }
        return ReportFacts(title: environment["GITHUB_WORKFLOW"] ?? "Report", facts: facts)
    }
}
