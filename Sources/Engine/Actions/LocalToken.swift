/// The `GITHUB_TOKEN` of a run that was given none: unique, masked, and no credential of anybody's.
package enum LocalToken {
    private static let prefix = "frs_"

    package static func make() -> String {
        prefix
            + (0..<36).map { _ in String("abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0") }
            .joined()
    }

    /// Whether a token is one of flowrun's own, which no forge knows.
    package static func isLocal(_ token: String) -> Bool {
        token.hasPrefix(prefix) && token.count == prefix.count + 36
    }
}
