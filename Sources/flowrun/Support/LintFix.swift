import Foundation
import YAML

/// Mends files.
enum LintFix {
    /// One fix can bring another fault to light; more rounds than this may mean that they undo each other.
    private static let rounds = 20

    /// The text with all mended that can be, how many faults that were, and what is left; `nil` where there is nothing.
    ///
    /// What would bring more errors than there were is not done.
    static func mend(
        _ text: String,
        _ diagnostics: [Diagnostic],
        _ check: (String) -> [Diagnostic]
    ) -> (text: String, count: Int, left: [Diagnostic])? {
        // Bytes that are no text would not come back as they were.
        guard !text.unicodeScalars.contains("\u{FFFD}") else { return nil }
        var (mended, left) = (text, diagnostics)
        for _ in 0..<rounds {
            let fixes = left.compactMap(\.fix)
            let next = fixes.isEmpty ? mended : applying(fixes, to: mended)
            guard next != mended else { break }
            let found = check(next)
            guard errors(found) <= errors(left) else { break }
            (mended, left) = (next, found)
        }
        return mended == text ? nil : (mended, max(1, diagnostics.count - left.count), left)
    }

    private static func errors(_ diagnostics: [Diagnostic]) -> Int {
        diagnostics.count { $0.severity == .error }
    }

    /// Puts a text in a file's place at once, so that nobody ever sees half of it.
    ///
    /// A link stays a link, and the file keeps its rights.
    static func write(_ text: String, to path: String) throws {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let rights = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        let draft = "\(target).\(ProcessInfo.processInfo.processIdentifier).tmp"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: draft))
            if let rights {
                try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: draft)
            }
            guard rename(draft, target) == 0 else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: target])
            }
        } catch {
            unlink(draft)
            throw CommandEnd(
                .nothingStarted,
                "error: `\(path)` cannot be written: \(error.localizedDescription)"
            )
        }
    }
}
