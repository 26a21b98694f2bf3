import Foundation

/// Sends a request and waits for the answer, on this thread.
///
/// Redirects are followed, within http and https only.
///
/// A redirect to another origin (scheme, host or port) takes along only header fields that are known to hold
/// no secret. A request with a body that is redirected by 301, 302 or 303 becomes a GET, as everywhere.
package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    try send(request, cancellation: Cancellation())
}

/// Sends a request on a thread of its own; cancelling the task ends the exchange.
package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let cancellation = Cancellation()
    return try await onOwnThread(cancellation) { () throws(HTTPError) in
        try send(request, cancellation: cancellation)
    }
}

func send(_ request: HTTPRequest, cancellation: Cancellation) throws(HTTPError) -> HTTPResponse {
    var request = request
    let deadline = ContinuousClock.now + request.timeout
    for redirects in 0... {
        let subject = "\(request.method.prefix(20)) \(WebAddress.redacted(request.url))"
        guard let address = WebAddress(request.url) else {
            let reason: HTTPError.Reason = redirects == 0 ? .invalidRequest : .badRedirect
            throw HTTPError(reason: reason, subject: subject, message: "only http and https URLs are allowed")
        }
        let transfer = Transfer(
            request: request,
            address: address,
            deadline: deadline,
            cancellation: cancellation
        )
        let (response, target) = try transfer.run()
        guard let target, [301, 302, 303, 307, 308].contains(response.status), request.maximumRedirects > 0
        else {
            return response
        }
        guard redirects < request.maximumRedirects else {
            throw transfer.fault(.badRedirect, "more than \(request.maximumRedirects) redirects")
        }
        request = try redirected(request, from: transfer, to: target, status: response.status)
    }
    preconditionFailure("the loop over redirects ends by itself")
}

/// The request that a redirect asks for.
private func redirected(
    _ request: HTTPRequest,
    from transfer: Transfer,
    to target: String,
    status: Int
) throws(HTTPError) -> HTTPRequest {
    guard let address = WebAddress(target) else {
        throw transfer.fault(
            .badRedirect,
            "redirected to `\(WebAddress.redacted(target))`, which is not followed"
        )
    }
    var next = request
    next.url = target
    let becomesGet = status == 303 || request.method == "POST"
    if [301, 302, 303].contains(status), becomesGet, request.method != "HEAD" {
        next.method = "GET"
        next.body = .none
        next.headers["Content-Type"] = nil
    }
    if !address.hasSameOrigin(as: transfer.address) {
        // A list of what may go, as any service has its own name for the field with the secret.
        let harmless: Set = ["accept", "accept-language", "content-type", "range", "user-agent"]
        next.headers = HTTPHeaders()
        for field in request.headers where harmless.contains(field.name.lowercased()) {
            if field.name.lowercased() != "content-type" || next.method == request.method {
                next.headers.append(field.name, field.value)
            }
        }
        next.unixSocket = nil
    }
    return next
}

/// Runs blocking work on a thread of its own, so that Swift's cooperative pool is never held up.
func onOwnThread<T: Sendable>(
    _ cancellation: Cancellation,
    _ body: @escaping @Sendable () throws(HTTPError) -> T
) async throws(HTTPError) -> T {
    let result: Result<T, HTTPError> = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                do throws(HTTPError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.name = "flowrun.http"
            thread.start()
        }
    } onCancel: {
        cancellation.cancel()
    }
    return try result.get()
}
