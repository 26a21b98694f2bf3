import Expressions
import Foundation
import Synchronization

/// A problem matcher, as a file in GitHub's format describes it.
package struct ProblemMatcher: Sendable {
    package struct Pattern: Sendable {
        let regex: MatcherRegex
        var file: Int?
        var fromPath: Int?
        var line: Int?
        var column: Int?
        var severity: Int?
        var code: Int?
        var message: Int?
        var loops = false
    }

    package var owner: String
    /// What a match is that says nothing of it; `error` where the file does not say either.
    package var severity: String
    package var fromPath: String?
    package var patterns: [Pattern]

    /// Why a file of matchers cannot be used.
    package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
        package var file: String
        package var cause: String

        package var description: String { "the problem matchers of `\(file)` cannot be used: \(cause)" }
    }

    /// The matchers of a file's text.
    package static func read(_ json: [UInt8], file: String) throws(ConfigurationError) -> [ProblemMatcher] {
        var matchers: [ProblemMatcher] = []
        var owners: Set<String> = []
        for matcher in try configured(json, file) {
            let matcher = try matcher.checked(file)
            guard owners.insert(matcher.owner.lowercased()).inserted else {
                throw ConfigurationError(file: file, cause: "Duplicate owner name '\(matcher.owner)'")
            }
            matchers.append(matcher)
        }
        return matchers
    }

    /// The owners that a file's text names: all that GitHub's runner asks of a file whose matchers are to go.
    static func owners(_ json: [UInt8], file: String) throws(ConfigurationError) -> [String] {
        try configured(json, file).map { $0.owner ?? "" }
    }

    /// What is written, not looked at yet; comments and the like are no fault, nor is a text without anything in it.
    private static func configured(_ json: [UInt8], _ file: String) throws(ConfigurationError) -> [Matcher] {
        let text = String(
            decoding: json.starts(with: [0xEF, 0xBB, 0xBF]) ? json[3...] : json[...],
            as: UTF8.self
        )
        guard !text.allSatisfy(\.isWhitespace) else { return [] }
        do {
            let strict = try Value(json: text, lenient: true).json()
            return try JSONDecoder().decode(Configuration?.self, from: Data(strict.utf8))?.problemMatcher
                ?? []
        } catch {
            throw ConfigurationError(file: file, cause: "it is not the JSON of problem matchers (\(error))")
        }
    }

    private struct Configuration: Decodable {
        var problemMatcher: [Matcher]?
    }

    private struct Matcher: Decodable {
        var owner: String?
        var severity: String?
        var fromPath: String?
        var pattern: [RawPattern]?

        /// What GitHub's runner asks of a matcher, in its words (IssueMatcher.cs).
        func checked(_ file: String) throws(ConfigurationError) -> ProblemMatcher {
            func fault(_ cause: String) -> ConfigurationError { ConfigurationError(file: file, cause: cause) }
            guard let owner, !owner.isEmpty else { throw fault("Owner must not be empty") }
            guard ["", "error", "warning", "notice"].contains(severity?.lowercased() ?? "") else {
                throw fault("Matcher '\(owner)' contains unexpected default severity '\(severity ?? "")'")
            }
            guard let pattern, !pattern.isEmpty else {
                throw fault("Matcher '\(owner)' does not contain any patterns")
            }
            var patterns: [Pattern] = []
            var properties: Set<String> = []
            for (index, raw) in pattern.enumerated() {
                if raw.loop == true, index == 0 || index < pattern.count - 1 {
                    throw fault("Only the last pattern in a multiline matcher may set 'loop'")
                }
                do {
                    patterns.append(try raw.compiled())
                } catch {
                    throw fault("matcher `\(owner)`: pattern \(index + 1): \(error.description)")
                }
                for (name, group) in raw.groups where group != nil {
                    guard properties.insert(name).inserted else {
                        throw fault("The property '\(name)' is set twice")
                    }
                }
            }
            guard properties.contains("message") else {
                throw fault("At least one pattern must set 'message'")
            }
            return ProblemMatcher(
                owner: owner,
                severity: severity ?? "error",
                fromPath: fromPath,
                patterns: patterns
            )
        }
    }

    private struct RawPattern: Decodable {
        var regexp: String?
        var file: Int?
        var fromPath: Int?
        var line: Int?
        var column: Int?
        var severity: Int?
        var code: Int?
        var message: Int?
        var loop: Bool?

        struct Fault: Error, CustomStringConvertible { let description: String }

        /// The group of each property.
        var groups: [(name: String, group: Int?)] {
            [
                ("file", file), ("fromPath", fromPath), ("line", line), ("column", column),
                ("severity", severity), ("code", code), ("message", message),
            ]
        }

        func compiled() throws(Fault) -> Pattern {
            guard let regexp, !regexp.isEmpty else { throw Fault(description: "it has no regexp") }
            guard let regex = MatcherRegex(regexp) else {
                throw Fault(description: "`\(regexp)` is not a regular expression")
            }
            if loop == true, message == nil {
                throw Fault(description: "The loop pattern must set 'message'")
            }
            for case (let name, let group?) in groups where !(0...regex.groups).contains(group) {
                throw Fault(
                    description: "The property '\(name)' is set to \(group) which is out of range: "
                        + "the expression has \(regex.groups) groups"
                )
            }
            return Pattern(
                regex: regex,
                file: file,
                fromPath: fromPath,
                line: line,
                column: column,
                severity: severity,
                code: code,
                message: message,
                loops: loop ?? false
            )
        }
    }
}

/// A regular expression that gives up instead of running for ever.
///
/// The proof for Sendable: NSRegularExpression is immutable and documented to be usable by several threads at once.
final class MatcherRegex: @unchecked Sendable {
    enum Outcome {
        case groups([String?])
        case none
        case timedOut
    }

    private let expression: NSRegularExpression
    var groups: Int { expression.numberOfCaptureGroups }

    init?(_ pattern: String) {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
        self.expression = expression
    }

    /// Looks for the first match, for as long as `budget` lasts.
    func match(_ line: NSString, budget: Duration) -> Outcome {
        var found: NSTextCheckingResult?
        var timedOut = false
        var started: ContinuousClock.Instant?
        expression.enumerateMatches(
            in: line as String,
            options: .reportProgress,
            range: NSRange(location: 0, length: line.length)
        ) { result, flags, stop in
            if let result {
                found = result
                stop.pointee = true
            } else if flags.contains(.progress) {
                // Reported only by matches that take long, so that the others need no clock.
                let now = ContinuousClock.now
                if let started, now - started > budget {
                    timedOut = true
                    stop.pointee = true
                }
                started = started ?? now
            }
        }
        if let found {
            return .groups(
                (0..<found.numberOfRanges).map { index in
                    let range = found.range(at: index)
                    return range.location == NSNotFound ? nil : line.substring(with: range)
                }
            )
        }
        return timedOut ? .timedOut : .none
    }
}
