import Foundation
import Reports
import Store
import Synchronization
import Testing

/// The requests that show a job's result at GitHub.
struct JobCheckTests {
    /// What was asked, and the answers that come in this order; the last one again and again.
    private final class Recorder: Sendable {
        private let state: Mutex<(asked: [ForgeRequest], answers: [ForgeResponse])>

        init(_ answers: [(status: Int, body: String)]) {
            state = Mutex(([], answers.map { ForgeResponse(status: $0.status, body: Data($0.body.utf8)) }))
        }

        var asked: [ForgeRequest] { state.withLock { $0.asked } }
        var lines: [String] {
            asked.map { "\($0.method) " + $0.url.replacing("https://api.github.com/repos/o/r", with: "") }
        }

        func answer(_ request: ForgeRequest) -> ForgeResponse {
            state.withLock { state in
                state.asked.append(request)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }
    }

    private static let sha = String(repeating: "a", count: 40)

    private func forge(_ recorder: Recorder) throws -> any Forge {
        let address = try #require(try ForgeAddress.detect(origin: "https://github.com/o/r"))
        return Reports.forge(
            at: address,
            token: "t",
            patience: .zero,
            send: { recorder.answer($0) },
            pause: { _ in }
        )
    }

    private func check(
        annotations: Int = 0,
        summary: String = "well",
        number: Int64? = nil,
        mayBeThere: Bool = false
    )
        -> JobCheck
    {
        var job = JobRecord(id: 3, runID: 1, key: "a", name: "a", status: .completed, conclusion: .failure)
        job.startedAt = Date(timeIntervalSince1970: 0)
        job.completedAt = Date(timeIntervalSince1970: 61)
        job.annotations = (0..<annotations).map { Annotation(level: .error, message: "m\($0)", line: $0) }
        return JobCheck(
            name: "Tests / a",
            sha: Self.sha,
            job: job,
            title: "t",
            summary: summary,
            wholeSummary: "`flowrun run view 1`",
            key: "flowrun-1",
            number: number,
            mayBeThere: mayBeThere
        )
    }

    private struct Sent {
        var status: String?
        var conclusion: String?
        var messages: [String]
        var summary: String

        init(_ request: ForgeRequest) throws {
            let body = try #require(request.body)
            let object = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
            let output = try #require(object["output"] as? [String: Any])
            status = object["status"] as? String
            conclusion = object["conclusion"] as? String
            messages = (output["annotations"] as? [[String: Any]] ?? []).compactMap {
                $0["message"] as? String
            }
            summary = output["summary"] as? String ?? ""
        }
    }

    @Test("annotations go fifty at a time, and the job's end with the last of them")
    func annotations() async throws {
        let recorder = Recorder([(201, #"{"id":9}"#)])
        #expect(try await forge(recorder).show(check(annotations: 120)) == 9)
        #expect(recorder.lines == ["POST /check-runs", "PATCH /check-runs/9", "PATCH /check-runs/9"])
        let sent = try recorder.asked.map(Sent.init)
        #expect(sent.map(\.messages.count) == [50, 50, 20])
        #expect(sent.flatMap(\.messages) == (0..<120).map { "m\($0)" })
        #expect(sent.map(\.status) == ["in_progress", "in_progress", "completed"])
        #expect(sent.map(\.conclusion) == [nil, nil, "failure"])
    }

    @Test("a try whose end is not known is looked for by its key, and sends no annotation twice")
    func repeated() async throws {
        let known = #"{"id":9,"external_id":"flowrun-1","output":{"annotations_count":50}}"#
        let other = #"{"id":8,"external_id":"flowrun-2","output":{"annotations_count":0}}"#
        let list = Recorder([(200, #"{"check_runs":[\#(other),\#(known)]}"#), (200, known)])
        #expect(try await forge(list).show(check(annotations: 60, mayBeThere: true)) == 9)
        let query = "check_name=Tests%20%2F%20a&filter=all&per_page=100"
        #expect(list.lines == ["GET /commits/\(Self.sha)/check-runs?\(query)", "PATCH /check-runs/9"])
        #expect(try Sent(list.asked[1]).messages == (50..<60).map { "m\($0)" })

        let one = Recorder([(200, known)])
        #expect(try await forge(one).show(check(annotations: 50, number: 9, mayBeThere: true)) == 9)
        #expect(one.lines == ["GET /check-runs/9", "PATCH /check-runs/9"])
        #expect(try Sent(one.asked[1]).messages.isEmpty)
        #expect(try Sent(one.asked[1]).conclusion == "failure")
    }

    @Test("a summary that is longer than GitHub takes is cut, and says where the whole is")
    func summary() async throws {
        let recorder = Recorder([(201, #"{"id":9}"#)])
        let long = String(repeating: "a line of a long summary\n", count: 4000)
        _ = try await forge(recorder).show(check(summary: long))
        let sent = try Sent(recorder.asked[0]).summary
        #expect(sent.utf8.count <= 65_535 && sent.utf8.count > 65_000)
        #expect(sent.contains("`flowrun run view 1`"))
    }

    @Test("a limit of requests that is told with 403 is no refusal")
    func limits() async throws {
        let address = try #require(try ForgeAddress.detect(origin: "https://github.com/o/r"))
        let send: ForgeSend = { _ in
            ForgeResponse(
                status: 403,
                headers: ["X-RateLimit-Remaining": "0"],
                body: Data(#"{"message":"API rate limit exceeded"}"#.utf8)
            )
        }
        let forge = Reports.forge(at: address, token: "t", patience: .zero, send: send, pause: { _ in })
        do throws(ReportsError) {
            _ = try await forge.show(check())
            Issue.record("it was taken")
        } catch {
            guard case .busy(_, let message) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(message == "API rate limit exceeded")
        }
    }
}
