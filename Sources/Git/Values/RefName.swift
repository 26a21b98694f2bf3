import CLibGit2

/// The rules for names that come from outside, applied before anything is looked up with them.
package enum RefName {
    /// No name that people give is longer; it also bounds what an error message repeats.
    package static let longest = 1000

    /// Whether a short name of a branch or tag, such as `feature/x`, is one that may be used anywhere.
    ///
    /// Stricter than git, which allows a branch called `--upload-pack=x`.
    package static func isValidShort(_ name: String) -> Bool {
        name != "HEAD" && isValidFull("refs/heads/\(name)")
    }

    /// Whether a full name, such as `refs/heads/x`, is one that may be used anywhere.
    package static func isValidFull(_ name: String) -> Bool {
        guard name.hasPrefix("refs/"), hasSafeText(name) else { return false }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
        guard let first = parts.first, !first.hasPrefix("-") else { return false }
        _ = Library.isReady
        var isValid: Int32 = 0
        return git_reference_name_is_valid(&isValid, name) == 0 && isValid == 1
    }

    /// Whether a text is harmless as part of any revision: printable, not like an option, of sane length.
    static func hasSafeText(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longest && !name.hasPrefix("-") && !name.contains("..")
            && !name.contains("@{") && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// A name as an error may show it.
    static func excerpt(_ name: String) -> String {
        // Nearly every name is such, and most are never shown.
        if name.utf8.count <= 80, name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return name }
        let printable = name.unicodeScalars.prefix(80).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
        }
        return printable.joined() + (name.unicodeScalars.count > 80 ? "…" : "")
    }
}
