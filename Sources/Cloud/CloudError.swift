import Foundation

/// Why the local cloud could not do what was asked of it.
package struct CloudError: Error, CustomStringConvertible, Sendable {
    package enum Reason: Hashable, Sendable {
        /// A system call failed: what was attempted, and the system's error number.
        case system(operation: String, code: Int32)
        /// Another process serves this folder already.
        case alreadyServed(pid: Int32?)
        /// The started server ended before it answered.
        case didNotStart(status: Int32)
        /// The server lives, but does not answer.
        case doesNotAnswer(pid: Int32?)
        /// The server is still there after it was told, then forced, to end.
        case doesNotStop(pid: Int32?)
        /// A file that the local cloud wrote itself cannot be read back.
        case damaged
        /// A bucket or an object cannot have this name.
        case invalidName
    }

    package var reason: Reason
    /// The file, folder or name it is about.
    package var subject: String
    /// What else is known, such as the last lines of the server's log.
    package var detail: String?

    init(_ reason: Reason, _ subject: String, detail: String? = nil) {
        self.reason = reason
        self.subject = subject
        self.detail = detail
    }

    /// The failure of the system call that has just returned: reads `errno`, so nothing may come between.
    static func system(_ operation: String, _ subject: String) -> CloudError {
        CloudError(.system(operation: operation, code: errno), subject)
    }

    /// The system's error number, where a system call failed.
    var code: Int32? {
        if case .system(_, let code) = reason { code } else { nil }
    }

    package var description: String {
        let why = detail.map { ": \($0)" } ?? ""
        return switch reason {
        case .system(let operation, let code):
            "could not \(operation) `\(subject)`: \(String(cString: strerror(code)))\(why)"
        case .alreadyServed(let pid):
            "the local cloud in `\(subject)` is already served by \(process(pid))\(why)"
        case .didNotStart(let status):
            "the local cloud in `\(subject)` ended with status \(status) before it answered\(why)"
        case .doesNotAnswer(let pid):
            "the local cloud in `\(subject)` runs as \(process(pid)), but does not answer\(why)"
        case .doesNotStop(let pid):
            "the local cloud in `\(subject)` (\(process(pid))) did not end\(why)"
        case .damaged:
            "`\(subject)` is damaged\(why)"
        case .invalidName:
            "`\(subject)` is not a possible name\(why)"
        }
    }
}

private func process(_ pid: Int32?) -> String {
    pid.map { "process \($0)" } ?? "an unknown process"
}
