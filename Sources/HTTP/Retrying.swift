import CLibCurl
import Foundation

/// When a request is sent again, and how long to wait before.
package struct RetryPolicy: Sendable {
    /// How often it is sent at most.
    package var attempts: Int
    /// The first wait; each further one is twice as long.
    package var firstDelay: Duration
    package var longestDelay: Duration
    /// When this much time has gone by, no further attempt is begun.
    package var limit: Duration
    /// Sends also what may have an effect each time (POST, PATCH) again after the server may have acted on
    /// it.
    package var repeatsAnyMethod: Bool

    package init(
        attempts: Int = 5,
        firstDelay: Duration = .seconds(1),
        longestDelay: Duration = .seconds(60),
        limit: Duration = .seconds(600),
        repeatsAnyMethod: Bool = false
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.limit = limit
        self.repeatsAnyMethod = repeatsAnyMethod
    }

    /// How long to wait after an attempt; nil where the outcome is final.
    ///
    /// `spent` is the time since the first attempt.
    func delay(
        after attempt: Int,
        of request: HTTPRequest,
        outcome: Result<HTTPResponse, HTTPError>,
        spent: Duration,
        now: Date = Date()
    ) -> Duration? {
        guard attempt < attempts, isTransient(outcome, of: request) else { return nil }
        var delay = firstDelay
        for _ in 1..<max(attempt, 1) where delay < longestDelay { delay = delay * 2 }
        delay = min(delay, longestDelay)
        if case .success(let response) = outcome, let asked = response.retryAfter(now: now) {
            // The server knows best, within what the caller is willing to wait.
            delay = max(asked, .zero)
        }
        return spent + delay <= limit ? delay : nil
    }

    private func isTransient(_ outcome: Result<HTTPResponse, HTTPError>, of request: HTTPRequest) -> Bool {
        let isRepeatable = request.isRepeatable || repeatsAnyMethod
        switch outcome {
        case .success(let response):
            // 429 and 503 say that the request was not taken on.
            if [429, 503].contains(response.status) { return true }
            return isRepeatable && [500, 502, 504].contains(response.status)
        case .failure(let error):
            if error.isBeforeSending { return true }
            return isRepeatable && (error.reason == .interrupted || error.reason == .timedOut)
        }
    }
}

extension HTTPResponse {
    /// How long `Retry-After` asks to wait, in seconds or as a date; it may be less than nothing.
    package var retryAfter: Duration? { retryAfter(now: Date()) }

    func retryAfter(now: Date) -> Duration? {
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Int(text) { return .seconds(min(seconds, 86_400)) }
        let time = curl_getdate(text, nil)
        guard time >= 0 else { return nil }
        return .seconds(min(Double(time) - now.timeIntervalSince1970, 86_400))
    }
}

/// Sends a request, again and again where a policy allows it; the last answer or error counts.
///
/// `pausing` waits; tests pass a clock of their own.
package func sendRetrying(
    _ request: HTTPRequest,
    _ policy: RetryPolicy = RetryPolicy(),
    pausing: (Duration) -> Void = { Thread.sleep(forTimeInterval: Double($0.milliseconds) / 1000) }
) throws(HTTPError) -> HTTPResponse {
    try sendRetrying(request, policy, cancellation: Cancellation(), pausing: pausing)
}

/// As above, on a thread of its own; cancelling the task ends it.
package func sendRetrying(
    _ request: HTTPRequest,
    _ policy: RetryPolicy = RetryPolicy()
) async throws(HTTPError) -> HTTPResponse {
    let cancellation = Cancellation()
    return try await onOwnThread(cancellation) { () throws(HTTPError) in
        try sendRetrying(request, policy, cancellation: cancellation) { delay in
            // In short naps, so that a cancelled task is not held up.
            let end = ContinuousClock.now + delay
            while ContinuousClock.now < end, !cancellation.isCancelled {
                Thread.sleep(forTimeInterval: min(0.1, Double((end - .now).milliseconds + 1) / 1000))
            }
        }
    }
}

private func sendRetrying(
    _ request: HTTPRequest,
    _ policy: RetryPolicy,
    cancellation: Cancellation,
    pausing: (Duration) -> Void
) throws(HTTPError) -> HTTPResponse {
    let start = ContinuousClock.now
    var waited = Duration.zero
    var attempt = 1
    while true {
        let outcome: Result<HTTPResponse, HTTPError>
        do throws(HTTPError) {
            outcome = .success(try send(request, cancellation: cancellation))
        } catch {
            outcome = .failure(error)
        }
        // What was slept counts even where the clock is not the real one.
        let spent = max(ContinuousClock.now - start, waited)
        guard !cancellation.isCancelled,
            let delay = policy.delay(after: attempt, of: request, outcome: outcome, spent: spent)
        else { return try outcome.get() }
        pausing(delay)
        waited += delay
        attempt += 1
    }
}
