import Foundation
import Testing

@testable import HTTP

@Suite struct RetryTests {
    private let now = Date(timeIntervalSince1970: 1_445_412_470)

    private func answer(_ status: Int, _ headers: HTTPHeaders = [:]) -> Result<HTTPResponse, HTTPError> {
        .success(HTTPResponse(status: status, headers: headers, body: [], url: ""))
    }

    private func fault(_ reason: HTTPError.Reason) -> Result<HTTPResponse, HTTPError> {
        .failure(HTTPError(reason: reason, subject: "", message: ""))
    }

    private func delay(
        _ outcome: Result<HTTPResponse, HTTPError>,
        method: String = "GET",
        attempt: Int = 1,
        spent: Duration = .zero,
        policy: RetryPolicy = RetryPolicy()
    ) -> Duration? {
        policy.delay(
            after: attempt,
            of: HTTPRequest(method: method, url: ""),
            outcome: outcome,
            spent: spent,
            now: now
        )
    }

    @Test(arguments: [429, 500, 502, 503, 504])
    func overloadAndBreakdownAreTriedAgain(status: Int) {
        #expect(delay(answer(status)) == .seconds(1))
    }

    @Test(arguments: [200, 302, 400, 401, 403, 404, 422, 501])
    func whatWillNotChangeIsFinal(status: Int) {
        #expect(delay(answer(status)) == nil)
    }

    @Test func waitsDoubleUpToTheirLimit() {
        let policy = RetryPolicy(attempts: 20)
        let delays = (1...8).map { delay(answer(500), attempt: $0, policy: policy) }
        #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
    }

    @Test(arguments: [("7", 7), ("0", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 10), ("-5", 0), ("soon", 1)])
    func theServerSaysWhen(text: String, seconds: Int) {
        #expect(delay(answer(503, ["Retry-After": text])) == .seconds(seconds))
    }

    @Test func whatWouldTakeTooLongIsNotWaitedFor() {
        #expect(delay(answer(503, ["Retry-After": "601"])) == nil)
        #expect(delay(answer(503), spent: .seconds(600)) == nil)
        #expect(delay(answer(503), attempt: 5) == nil)
    }

    @Test(arguments: [
        (HTTPError.Reason.notConnected, true), (.unresolvedHost, true), (.interrupted, false),
        (.timedOut, false),
        (.untrusted, false), (.cancelled, false), (.tooLarge(limit: 1), false),
    ])
    func whatMayHaveHadAnEffectIsNotSentTwice(reason: HTTPError.Reason, isRetried: Bool) {
        #expect((delay(fault(reason), method: "POST") != nil) == isRetried)
        #expect(delay(answer(500), method: "POST") == nil)
        #expect(delay(answer(503), method: "POST") != nil)
        #expect(delay(answer(500), method: "POST", policy: RetryPolicy(repeatsAnyMethod: true)) != nil)
    }

    @Test func aReadThatBrokeOffIsRepeated() {
        #expect(delay(fault(.interrupted)) != nil)
        #expect(delay(fault(.timedOut)) != nil)
    }

    @Test func aServerThatRecoversIsWaitedFor() throws {
        let server = try WebServer()
        var pauses: [Duration] = []
        let response = try sendRetrying(HTTPRequest(url: server.url("/fails/2/a"))) { pauses.append($0) }
        #expect(response.text == "3")
        #expect(pauses == [.seconds(7), .seconds(7)])
    }

    @Test func theLastAnswerCountsWhenTriesRunOut() throws {
        let server = try WebServer()
        let policy = RetryPolicy(attempts: 3)
        let response = try sendRetrying(HTTPRequest(url: server.url("/fails/9/b")), policy) { _ in }
        #expect(response.status == 503)
        #expect(try send(HTTPRequest(url: server.url("/count/b"))).text == "3")
    }

    @Test func aPostWhoseAnswerIsLostIsSentOnce() throws {
        let server = try WebServer()
        var pauses = 0
        #expect(throws: HTTPError.self) {
            try sendRetrying(HTTPRequest(method: "POST", url: server.url("/cut"))) { _ in pauses += 1 }
        }
        #expect(pauses == 0)
    }
}
