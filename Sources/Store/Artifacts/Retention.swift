package import Foundation

/// How long artifacts are kept.
package enum Retention {
    /// GitHub's default and limit for public repositories, in days.
    package static let longestDays = 90

    /// The end of an artifact's time: as asked for, where that lies ahead and is not too far away.
    package static func expiry(asked: Date?, from now: Date) -> Date {
        let latest = now + TimeInterval(longestDays * 86_400)
        guard let asked, asked > now else { return latest }
        return min(asked, latest)
    }
}
