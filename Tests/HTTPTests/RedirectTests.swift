import Foundation
import Testing

@testable import HTTP

@Suite struct RedirectTests {
    let server: WebServer

    init() throws { server = try WebServer() }

    private func redirect(_ status: Int, to target: String) -> String {
        let escaped = target.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return server.url("/to/\(status)?\(escaped)")
    }

    private func echo(_ request: HTTPRequest) throws -> Echo {
        let response = try send(request)
        return try Echo((response.body, response.status))
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"),
        (308, "PUT", "PUT"),
        (302, "GET", "GET"),
    ])
    func theMethodIsKeptOrBecomesGet(status: Int, before: String, after: String) throws {
        let echo = try echo(
            HTTPRequest(method: before, url: redirect(status, to: "/echo"), body: .bytes(Array("body".utf8)))
        )
        #expect(echo.method == after)
        #expect(echo.body == (after == "GET" && before != "GET" ? "" : "body"))
    }

    @Test func onTheSameOriginTheFieldsStay() throws {
        let echo = try echo(
            HTTPRequest(url: redirect(302, to: server.url("/echo")), headers: ["Authorization": "token hush"])
        )
        #expect(echo.headers["authorization"] == "token hush")
    }

    @Test func toAnotherOriginNoSecretGoes() throws {
        let echo = try echo(
            HTTPRequest(
                url: redirect(302, to: server.url("/echo", port: server.otherPort)),
                headers: [
                    "Authorization": "token hush", "PRIVATE-TOKEN": "hush", "Cookie": "hush", "X-Any": "hush",
                    "Accept": "text/plain",
                ]
            )
        )
        #expect(echo.headers["accept"] == "text/plain")
        #expect(!echo.headers.values.contains { $0.contains("hush") })
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
    func toOtherProtocolsNothingIsFollowed(target: String) {
        let error = #expect(throws: HTTPError.self) { try send(HTTPRequest(url: redirect(302, to: target))) }
        #expect(error?.reason == .badRedirect)
    }

    @Test func aCircleOfRedirectsEnds() {
        let url = server.url("/to/302?/to/302")
        let error = #expect(throws: HTTPError.self) {
            try send(HTTPRequest(url: redirect(307, to: url), maximumRedirects: 1))
        }
        #expect(error?.reason == .badRedirect)
    }

    @Test func redirectsCanBeLeftToTheCaller() throws {
        let response = try send(HTTPRequest(url: redirect(302, to: "/echo"), maximumRedirects: 0))
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/echo")
    }
}
