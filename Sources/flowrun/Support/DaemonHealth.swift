import Daemon
import Foundation
import HTTP

/// How a daemon is, by its own word.
struct DaemonHealth {
    /// `ok`, `degraded`, or `silent` where it does not answer.
    var status: String
    var reason: String?

    /// Asks a daemon, and waits for at most two seconds.
    init(asking daemon: DaemonFacts) {
        let request = HTTPRequest(
            url: "http://\(daemon.address)/healthz",
            timeout: .seconds(2),
            connectTimeout: .seconds(2),
            maximumBytes: 1 << 16,
            maximumRedirects: 0
        )
        do {
            let answer =
                try JSONSerialization.jsonObject(with: Data(try HTTP.send(request).body)) as? [String: Any]
            status = answer?["status"] as? String ?? "silent"
            reason = answer?["reason"] as? String
        } catch {
            status = "silent"
            reason = "\(error)"
        }
    }
}
