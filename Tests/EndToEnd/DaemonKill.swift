import Foundation
import Testing

extension DaemonSite {
    /// Lets the daemon be killed (SIGKILL) at the n-th call of this kind that one of its threads makes from now on.
    ///
    /// - Returns: The tracer; the daemon goes on without it where it has not come so far.
    func killing(at call: String, number: Int) throws -> SiteProcess {
        let pid = try #require(daemon?.pid)
        let tracer = try SiteProcess(
            "/usr/bin/env",
            [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(number)", "-p", "\(pid)",
            ],
            in: site.folder,
            environment: site.environment
        )
        try Wait.until("the daemon is traced") {
            let facts = FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data()
            let line = String(decoding: facts, as: UTF8.self).split(separator: "\n")
                .first { $0.hasPrefix("TracerPid:") }
            return line.map { !$0.hasSuffix("\t0") } ?? true
        }
        return tracer
    }

    /// Ends a tracer, and starts a daemon anew where it has killed this one.
    ///
    /// - Returns: Whether it has.
    func goOn(after tracer: SiteProcess, environment: [String: String] = [:]) throws -> Bool {
        tracer.signal(SIGKILL)
        _ = try tracer.wait(seconds: 30)
        if try status()?["running"] as? Bool == true { return false }
        try down(SIGKILL)
        try up(environment: environment)
        return true
    }
}
