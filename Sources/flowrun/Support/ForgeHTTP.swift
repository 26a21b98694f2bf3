import Foundation
import HTTP
import Reports

/// Requests to forges, through libcurl.
enum ForgeHTTP {
    static let send: ForgeSend = { request in
        var headers = HTTPHeaders()
        for (name, value) in request.headers { headers.append(name, value) }
        let answer = try await HTTP.send(
            HTTPRequest(
                method: request.method,
                url: request.url,
                headers: headers,
                body: request.body.map { .bytes(Array($0)) } ?? .none
            )
        )
        let fields = answer.headers.map { ($0.name, $0.value) }
        return ForgeResponse(
            status: answer.status,
            headers: Dictionary(fields, uniquingKeysWith: { "\($0), \($1)" }),
            body: Data(answer.body),
            retryAfter: answer.retryAfter
        )
    }
}
