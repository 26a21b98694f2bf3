import Foundation
import Store

/// Small words for people.
enum Words {
    static func mark(_ conclusion: Conclusion?, _ status: Status) -> String {
        switch conclusion {
        case .success: "✓"
        case .failure, .timedOut: "✗"
        case .cancelled: "⊘"
        case .skipped, .neutral: "-"
        case .actionRequired: "!"
        case nil: status == .queued ? "…" : "●"
        }
    }

    /// How long something took: `3.2s`, `4m 12s`, `2h 5m`.
    static func duration(_ start: Date?, _ end: Date?) -> String {
        guard let start else { return "" }
        let seconds = (end ?? Date()).timeIntervalSince(start)
        if seconds < 60 { return String(format: "%.1fs", seconds) }
        if seconds < 3600 { return "\(Int(seconds) / 60)m \(Int(seconds) % 60)s" }
        return "\(Int(seconds) / 3600)h \(Int(seconds) % 3600 / 60)m"
    }

    static func age(_ date: Date) -> String {
        let seconds = Int(Date().timeIntervalSince(date))
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return count(seconds / 60, "minute") + " ago"
        case ..<86_400: return count(seconds / 3600, "hour") + " ago"
        default: return count(seconds / 86_400, "day") + " ago"
        }
    }

    /// How much something takes: `512 B`, `3.4 MB`.
    static func size(_ bytes: Int64) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        var size = Double(bytes)
        for unit in ["kB", "MB", "GB"] {
            size /= 1000
            if size < 1000 || unit == "GB" { return String(format: "%.1f \(unit)", size) }
        }
        return "\(bytes) B"
    }

    /// A name that runs chose, without what would steer a terminal.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
            )
        )
    }

    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
