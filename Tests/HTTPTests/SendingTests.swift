import Foundation
import Testing

@testable import HTTP

@Suite struct SendingTests {
    let server: WebServer

    init() throws { server = try WebServer() }

    /// The blocking form, which an asynchronous test would not choose.
    private func sent(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse { try send(request) }

    private func echo(_ request: HTTPRequest) throws -> Echo {
        let response = try sent(request)
        return try Echo((response.body, response.status))
    }

    @Test func anAnswerHasStatusFieldsAndBody() throws {
        let response = try sent(HTTPRequest(url: server.url("/echo?a=b")))
        #expect(response.status == 200)
        #expect(response.isSuccess)
        #expect(response.headers["x-tWICE"] == "one")
        #expect(response.headers["none"] == nil)
        let echo = try Echo((response.body, response.status))
        #expect(echo.method == "GET")
        #expect(echo.path == "/echo?a=b")
        #expect(echo.headers["user-agent"] == "flowrun")
    }

    @Test(arguments: [404, 422, 500])
    func aBadStatusIsAnAnswerAndNoError(status: Int) throws {
        let response = try sent(HTTPRequest(url: server.url("/status/\(status)")))
        #expect(response.status == status)
        #expect(response.text == "body of \(status)")
        #expect(!response.isSuccess)
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
    func bodiesAreSentAsTheyAre(method: String) throws {
        let echo = try echo(
            HTTPRequest(
                method: method,
                url: server.url("/echo"),
                headers: ["Content-Type": "application/json", "X-Empty": ""],
                body: .bytes(Array("{}".utf8))
            )
        )
        #expect(echo.method == method)
        #expect(echo.body == "{}")
        #expect(echo.headers["content-type"] == "application/json")
        #expect(echo.headers["x-empty"] == "")
        #expect(echo.headers["expect"] == nil)
    }

    @Test func aBodyComesFromAFile() throws {
        let path = "\(server.folder)/body"
        let text = String(repeating: "0123456789", count: 50_000)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(
            try echo(HTTPRequest(method: "PUT", url: server.url("/echo"), body: .file(path))).body == text
        )
        let error = #expect(throws: HTTPError.self) {
            try sent(HTTPRequest(method: "PUT", url: server.url("/echo"), body: .file("\(path).none")))
        }
        #expect(error?.reason == .file)
    }

    @Test func withoutABodyAPostSaysSo() throws {
        #expect(try echo(HTTPRequest(method: "POST", url: server.url("/echo"))).length == "0")
        #expect(try echo(HTTPRequest(method: "DELETE", url: server.url("/echo"))).length == nil)
    }

    @Test func aHeadHasNoBody() throws {
        let response = try sent(HTTPRequest(method: "HEAD", url: server.url("/bytes/5")))
        #expect(response.headers["content-length"] == "5")
        #expect(response.body.isEmpty)
    }

    @Test func aSocketIsTalkedTo() throws {
        let echo = try echo(HTTPRequest(url: "http://api.github.com/echo", unixSocket: server.socket))
        #expect(echo.headers["host"] == "api.github.com")
    }

    @Test func anAnswerGoesToAFileOnlyWhenItIsGoodAndWhole() throws {
        let path = "\(server.folder)/out"
        let response = try sent(HTTPRequest(url: server.url("/bytes/70000"), destination: path))
        #expect(response.body.isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 70_000)
        try FileManager.default.removeItem(atPath: path)
        #expect(
            try sent(HTTPRequest(url: server.url("/status/404"), destination: path)).text == "body of 404"
        )
        #expect(throws: HTTPError.self) { try sent(HTTPRequest(url: server.url("/cut"), destination: path)) }
        #expect(throws: HTTPError.self) {
            try sent(HTTPRequest(url: server.url("/bytes/9"), maximumBytes: 5, destination: path))
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: server.folder).sorted() == ["s", "server.py"]
        )
    }

    @Test(arguments: ["/bytes/1001", "/gzip/5000000"])
    func anAnswerThatIsTooLargeIsStopped(path: String) throws {
        let error = #expect(throws: HTTPError.self) {
            try sent(HTTPRequest(url: server.url(path), maximumBytes: 1000))
        }
        #expect(error?.reason == .tooLarge(limit: 1000))
        #expect(try sent(HTTPRequest(url: server.url("/gzip/1000"), maximumBytes: 1000)).body.count == 1000)
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1", "", "http://", "127.0.0.1:80/x",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "dict://x",
    ])
    func onlyHTTPIsSpoken(url: String) {
        let error = #expect(throws: HTTPError.self) { try sent(HTTPRequest(url: url)) }
        #expect(error?.reason == .invalidRequest)
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\0b"])
    func fieldsCanNotSmuggleOthersIn(value: String) {
        let error = #expect(throws: HTTPError.self) {
            try sent(HTTPRequest(url: server.url("/echo"), headers: ["X-A": value]))
        }
        #expect(error?.reason == .invalidRequest)
        let name = #expect(throws: HTTPError.self) {
            try sent(HTTPRequest(url: server.url("/echo"), headers: [value: "x"]))
        }
        #expect(name?.reason == .invalidRequest)
    }

    @Test func faultsOfTheNetworkHaveNames() {
        func reason(_ request: HTTPRequest) -> HTTPError.Reason? {
            #expect(throws: HTTPError.self) { try sent(request) }?.reason
        }
        #expect(reason(HTTPRequest(url: "http://127.0.0.1:1/")) == .notConnected)
        #expect(reason(HTTPRequest(url: "http://x.invalid/")) == .unresolvedHost)
        #expect(reason(HTTPRequest(url: server.url("/cut"))) == .interrupted)
        #expect(reason(HTTPRequest(url: server.url("/slow"), timeout: .milliseconds(200))) == .timedOut)
        #expect(reason(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")) == .untrusted)
    }

    @Test func errorsHoldNoSecrets() throws {
        let error = #expect(throws: HTTPError.self) {
            try sent(
                HTTPRequest(
                    url: "http://user:password@127.0.0.1:1/path?sig=signature",
                    headers: ["Authorization": "Bearer hush-hush"]
                )
            )
        }
        let text = try #require(error).description
        #expect(text.contains("GET http://127.0.0.1:1/path"))
        for secret in ["password", "signature", "hush"] { #expect(!text.contains(secret)) }
    }

    @Test func aCancelledTaskEndsItsRequest() async throws {
        let url = server.url("/slow")
        let task = Task { try await send(HTTPRequest(url: url)) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        let start = ContinuousClock.now
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func manyRequestsRunAtTheSameTime() async throws {
        let url = server.url("/bytes/1000")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<32 { group.addTask { try await send(HTTPRequest(url: url)).body.count } }
            for try await count in group { #expect(count == 1000) }
        }
    }
}
