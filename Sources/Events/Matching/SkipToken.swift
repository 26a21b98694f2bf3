/// Words in the message of a head commit that ask for no runs.
package enum SkipToken {
    /// Events that heed them.
    package static let events: Set<String> = ["push", "pull_request"]

    private static let tokens = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"]

    /// The token that the message holds: one in brackets anywhere, or the trailer `skip-checks: true` at its end.
    package static func first(in message: String) -> String? {
        let lowercased = message.lowercased()
        return tokens.first { lowercased.contains($0) } ?? trailer(in: lowercased)
    }

    private static func trailer(in message: String) -> String? {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmed)
        let body = lines.reversed().drop { $0.isEmpty }
        let last = body.prefix { !$0.isEmpty }
        // The title is never a trailer.
        guard last.count < body.count else { return nil }
        return last.contains { $0 == "skip-checks: true" || $0 == "skip-checks:true" }
            ? "skip-checks: true" : nil
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0.isWhitespace }
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}
