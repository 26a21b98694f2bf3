import Foundation

/// How long artifacts are kept.
enum Retention {
    /// GitHub's default and limit for public repositories.
    static let longest: TimeInterval = 90 * 86_400

    /// The end of an artifact's time: as asked for, where that lies ahead and is not too far away.
    static func expiry(asked: Date?, from now: Date) -> Date {
        let latest = now + longest
        guard let asked, asked > now else { return latest }
        return min(asked, latest)
    }
}

/// Times as clients send them (RFC 3339).
enum ISO8601 {
    static func date(_ text: String) -> Date? {
        let style = Date.ISO8601FormatStyle()
        return (try? style.parse(text))
            ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    }
}
