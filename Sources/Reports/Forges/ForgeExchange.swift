package import Foundation

/// A request to a forge, as plain values: whoever has an HTTP client can send it.
package struct ForgeRequest: Sendable, Equatable {
    package var method: String
    package var url: String
    package var headers: [String: String]
    package var body: Data?

    package init(method: String, url: String, headers: [String: String] = [:], body: Data? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

package struct ForgeResponse: Sendable, Equatable {
    package var status: Int
    package var headers: [String: String]
    package var body: Data
    /// How long the forge asks to wait before the next request.
    package var retryAfter: Duration?

    package init(
        status: Int,
        headers: [String: String] = [:],
        body: Data = Data(),
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.retryAfter = retryAfter
    }

    /// Whether the forge has done nothing, and says that it may later.
    ///
    /// GitHub's answer to too many comments in a short time is a 403, as that to too many requests in an hour
    /// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
    var isBusy: Bool {
        status == 429 || status == 503 || status == 403 && (retryAfter != nil || isOverItsLimit)
    }

    private var isOverItsLimit: Bool {
        headers.contains { $0.key.lowercased() == "x-ratelimit-remaining" && $0.value == "0" }
    }
}

/// Sends one request and gives the answer, of whatever status; throws where none came.
///
/// It follows no redirection to
/// another host, for the request holds a token.
package typealias ForgeSend = @Sendable (ForgeRequest) async throws -> ForgeResponse

/// Requests to the API of one forge.
struct ForgeClient: Sendable {
    var api: String
    var headers: [String: String]
    var send: ForgeSend
    /// Waits before another try; tests do not.
    var pause: @Sendable (Duration) async throws -> Void
    /// So long a busy forge is waited for, from the first try of a request on.
    var patience: Duration

    /// How often something is tried whose answer went missing.
    static let tries = 4

    /// Sends again what may be sent again: reading is harmless, and a busy forge has done nothing.
    ///
    /// - Returns: The last answer, where the forge was busy for longer than there is patience.
    func exchange(_ request: ForgeRequest) async throws(ReportsError) -> ForgeResponse {
        let name = "\(request.method) \(request.url)"
        let start = ContinuousClock.now
        var waited = Duration.zero
        var attempt = 1
        while true {
            var wait = Self.wait(after: attempt)
            do {
                let response = try await send(request)
                let mayRepeat = request.method == "GET" && response.status >= 500 && attempt < Self.tries
                guard response.isBusy || mayRepeat else { return response }
                if let asked = response.retryAfter { wait = max(asked, .zero) }
                guard max(waited, .now - start) + wait <= patience else { return response }
            } catch {
                if error is CancellationError || attempt >= Self.tries || request.method != "GET" {
                    throw ReportsError(.noAnswer(request: name, problem: "\(error)"))
                }
            }
            try await rest(wait, before: name)
            waited += wait
            attempt += 1
        }
    }

    /// Waits before another try of something that was made of several requests.
    func rest(after attempt: Int) async throws(ReportsError) {
        try await rest(Self.wait(after: attempt), before: api)
    }

    private func rest(_ time: Duration, before name: String) async throws(ReportsError) {
        do {
            try await pause(time)
        } catch {
            throw ReportsError(.noAnswer(request: name, problem: "interrupted"))
        }
    }

    /// 1, 2, 4 s and so on up to a minute.
    private static func wait(after attempt: Int) -> Duration { .seconds(min(60, 1 << min(attempt - 1, 6))) }

    func call<Answer: Decodable>(
        _ method: String,
        _ path: String,
        _ body: (any Encodable & Sendable)? = nil,
        as answer: Answer.Type
    ) async throws(ReportsError) -> Answer {
        try accepted(try await raw(method, path, body), method, path, as: answer)
    }

    /// What an answer holds; one that is a refusal is an error.
    func accepted<Answer: Decodable>(
        _ response: ForgeResponse,
        _ method: String,
        _ path: String,
        as answer: Answer.Type
    ) throws(ReportsError) -> Answer {
        guard (200..<300).contains(response.status) else { throw refusal(method, path, response) }
        return try decoded(response, method, path)
    }

    /// A call whose body is a form, which GitLab's API takes.
    func call<Answer: Decodable>(
        _ method: String,
        _ path: String,
        form: [(name: String, value: String)],
        as answer: Answer.Type
    ) async throws(ReportsError) -> Answer {
        var request = ForgeRequest(method: method, url: api + path, headers: headers)
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = Data(
            form.map { "\(pathPart($0.name))=\(pathPart($0.value))" }.joined(separator: "&").utf8
        )
        return try accepted(try await exchange(request), method, path, as: answer)
    }

    /// All entries of a list, page by page (at most 50 pages).
    func list<Entry: Decodable>(
        _ path: String,
        size: String = "per_page",
        of entry: Entry.Type
    ) async throws(ReportsError) -> [Entry] {
        var all: [Entry] = []
        var previous: Data?
        for page in 1...50 {
            let address = path + (path.contains("?") ? "&" : "?") + "\(size)=50&page=\(page)"
            let response = try await raw("GET", address)
            guard (200..<300).contains(response.status) else { throw refusal("GET", path, response) }
            // A server without pages gives the whole list each time.
            if response.body == previous { break }
            previous = response.body
            let entries: [Entry] = try decoded(response, "GET", path)
            all += entries
            if entries.count < 50 { break }
        }
        return all
    }

    func raw(
        _ method: String,
        _ path: String,
        _ body: (any Encodable & Sendable)? = nil
    ) async throws(ReportsError) -> ForgeResponse {
        var request = ForgeRequest(
            method: method,
            url: path.hasPrefix("http") ? path : api + path,
            headers: headers
        )
        if let body {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                request.body = try encoder.encode(body)
            } catch {
                throw ReportsError(
                    .noAnswer(request: "\(method) \(path)", problem: "it cannot be written: \(error)")
                )
            }
            request.headers["Content-Type"] = "application/json"
        }
        return try await exchange(request)
    }

    func decoded<Answer: Decodable>(
        _ response: ForgeResponse,
        _ method: String,
        _ path: String
    ) throws(ReportsError) -> Answer {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Answer.self, from: response.body)
        } catch {
            throw ReportsError(
                .noAnswer(
                    request: "\(method) \(api)\(path)",
                    problem: "the answer is not what this API gives"
                )
            )
        }
    }

    func refusal(_ method: String, _ path: String, _ response: ForgeResponse) -> ReportsError {
        let request = "\(method) \(api)\(path)"
        if response.status == 403, response.isBusy {
            return ReportsError(.busy(request: request, message: response.forgeMessage))
        }
        return ReportsError(
            .refused(
                request: request,
                status: response.status,
                message: response.forgeMessage
            )
        )
    }
}

extension ForgeResponse {
    /// What the forge says went wrong, in its own words.
    var forgeMessage: String {
        struct Said: Decodable {
            var message: String?
            var error: String?
        }
        if let said = try? JSONDecoder().decode(Said.self, from: body), let words = said.message ?? said.error
        {
            return SafeText.line(words)
        }
        let text = SafeText.line(String(decoding: body.prefix(200), as: UTF8.self))
        return text.isEmpty ? "nothing more" : text
    }
}

/// The part of an address between two slashes, with everything escaped that is not plainly a name.
func pathPart(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            String(Unicode.Scalar(byte))
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }.joined()
}
