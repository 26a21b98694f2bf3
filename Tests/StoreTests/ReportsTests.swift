import Foundation
import Testing

@testable import Store

@Suite struct StoredReportsTests {
    private let place = TemporaryHome()

    private func report(
        _ run: Int64,
        _ watermark: String,
        _ markdown: String,
        target: String = "pr/7"
    ) -> NewReport {
        NewReport(
            runID: run,
            watermark: watermark,
            commitSHA: "c0ffee",
            target: target,
            markdown: markdown,
            folder: "/f",
            createdAt: Date(timeIntervalSince1970: 1)
        )
    }

    @Test func theNewestReportWithAWatermarkOnATargetIsFound() throws {
        let store = try place.store()
        let first = try store.createRun(newRun()).id
        let second = try store.createRun(newRun()).id
        let elsewhere = try store.createRun(newRun(repository: "/s")).id
        _ = try store.saveReport(report(first, "model", "1"))
        let newest = try store.saveReport(report(second, "model", "2"))
        _ = try store.saveReport(report(second, "model", "3", target: "pr/8"))
        _ = try store.saveReport(report(second, "", "4"))
        _ = try store.saveReport(report(elsewhere, "model", "5"))
        let found = try store.findReport(watermark: "model", target: "pr/7", repository: "/r")
        #expect(found == newest)
        #expect(try store.findReport(watermark: "x", target: "pr/7", repository: "/r") == nil)
        #expect(try store.reports(run: second).map(\.markdown) == ["2", "3", "4"])
    }

    @Test func updatesChangeTheTextAndKeepTheRest() throws {
        let store = try place.store()
        let run = try store.createRun(newRun()).id
        let saved = try store.saveReport(report(run, "model", "1"))
        let updated = try store.updateReport(saved.id, markdown: "2", url: "http://x/1")
        #expect((updated.markdown, updated.url, updated.folder) == ("2", "http://x/1", "/f"))
        #expect(updated.createdAt == saved.createdAt && updated.updatedAt > saved.updatedAt)
        #expect(try store.report(saved.id) == updated)
        #expect(try store.deleteReport(saved.id))
        let error = try #require(throws: StoreError.self) { try store.updateReport(saved.id, markdown: "3") }
        #expect(error.reason == .noSuchReport(saved.id))
    }

    @Test func metricsAreKeptAndFollowedOverRuns() throws {
        let store = try place.store()
        for value in [0.5, 0.75, 0.9] {
            let run = try store.createRun(newRun()).id
            try store.saveMetrics(
                [Metric(name: "score", value: 0), Metric(name: "nan", value: .nan)],
                run: run
            )
            try store.saveMetrics([Metric(name: "score", value: value)], run: run)
        }
        #expect(try store.metrics(run: 2) == [Metric(name: "score", value: 0.75)])
        let history = try store.metricHistory("score", repository: "/r", workflow: "w.yml", limit: 2)
        #expect(history.map(\.value) == [0.75, 0.9])
    }
}
