import Foundation
import Store

/// Looks for problems in the lines of one step.
struct ProblemScanner {
    /// What a line gave.
    enum Finding: Equatable {
        case problem(Annotation)
        /// A matcher took too long for the third time and is gone.
        case removed(owner: String)
    }

    private struct Running {
        var matcher: ProblemMatcher
        /// What the earlier patterns of a matcher of several lines have found; one less than it has patterns.
        var partial: [Match?]
        var timeouts = 0

        mutating func reset() { partial = partial.map { _ in nil } }
    }

    private struct Match {
        var file: String?
        var fromPath: String?
        var line: String?
        var column: String?
        var severity: String?
        var code: String?
        var message: String?
    }

    private let set: ProblemMatcherSet
    private let context: CommandContext
    private let budget: Duration
    /// The path on this machine of one that the step names.
    private let hostPath: @Sendable (String) -> String
    private var running: [Running] = []
    private var roots = RepositoryRoots()
    private var version = -1

    private static let allowedTimeouts = 3

    init(
        _ set: ProblemMatcherSet,
        context: CommandContext,
        budget: Duration = .seconds(1),
        hostPath: @escaping @Sendable (String) -> String
    ) {
        self.set = set
        self.context = context
        self.budget = budget
        self.hostPath = hostPath
    }

    /// Whether there is anything to look for.
    mutating func isIdle() -> Bool {
        renew()
        return running.isEmpty
    }

    /// Looks at one line; the first matcher that knows it wins.
    mutating func scan(_ bytes: [UInt8]) -> [Finding] {
        renew()
        guard !running.isEmpty else { return [] }
        let line = NSString(string: String(decoding: Self.unstyled(bytes), as: UTF8.self))
        var findings: [Finding] = []
        for index in running.indices {
            let outcome = match(line, at: index)
            if outcome.timedOut {
                running[index].timeouts += 1
                running[index].reset()
                if running[index].timeouts >= Self.allowedTimeouts {
                    let owner = running[index].matcher.owner
                    set.remove(owner: owner)
                    findings.append(.removed(owner: owner))
                }
            }
            guard let match = outcome.match else { continue }
            for other in running.indices where other != index { running[other].reset() }
            if let annotation = annotation(match, running[index].matcher) {
                return findings + [.problem(annotation)]
            }
        }
        return findings
    }

    private mutating func renew() {
        guard set.version != version else { return }
        let current = set.current
        // A match that is under way does not outlive a change of the set, except for matchers that stay the same.
        running = current.matchers.map {
            Running(matcher: $0, partial: Array(repeating: nil, count: $0.patterns.count - 1))
        }
        version = current.version
    }

    private mutating func match(_ line: NSString, at index: Int) -> (match: Match?, timedOut: Bool) {
        let patterns = running[index].matcher.patterns
        // From the last pattern to the first, so that one line is not taken by two patterns in a row.
        for place in patterns.indices.reversed() {
            let before = place > 0 ? running[index].partial[place - 1] : nil
            guard place == 0 || before != nil else { continue }
            let pattern = patterns[place]
            let isLast = place == patterns.count - 1
            switch pattern.regex.match(line, budget: budget) {
            case .timedOut: return (nil, true)
            case .none:
                if isLast {
                    if place > 0 { running[index].partial[place - 1] = nil }
                } else {
                    running[index].partial[place] = nil
                }
            case .groups(let groups):
                let match = Self.merge(before, pattern, groups)
                guard isLast else {
                    running[index].partial[place] = match
                    continue
                }
                running[index].reset()
                if pattern.loops { running[index].partial[place - 1] = before }
                return (match, false)
            }
        }
        return (nil, false)
    }

    private static func merge(
        _ before: Match?,
        _ pattern: ProblemMatcher.Pattern,
        _ groups: [String?]
    ) -> Match {
        func value(_ earlier: String?, _ group: Int?) -> String? {
            if let earlier { return earlier }
            guard let group, groups.indices.contains(group), let text = groups[group], !text.isEmpty else {
                return nil
            }
            return text
        }
        return Match(
            file: value(before?.file, pattern.file),
            fromPath: value(before?.fromPath, pattern.fromPath),
            line: value(before?.line, pattern.line),
            column: value(before?.column, pattern.column),
            severity: value(before?.severity, pattern.severity),
            code: value(before?.code, pattern.code),
            message: value(before?.message, pattern.message)
        )
    }

    /// The annotation of a match; nil where it has no message or a severity that is none of GitHub's.
    private mutating func annotation(_ match: Match, _ matcher: ProblemMatcher) -> Annotation? {
        guard let message = match.message, !message.allSatisfy(\.isWhitespace) else { return nil }
        let severity = (match.severity ?? matcher.severity).lowercased()
        guard let level = severity.isEmpty ? .error : Annotation.Level(rawValue: severity) else { return nil }
        var place: String?
        if let file = match.file { place = self.file(file, from: match.fromPath ?? matcher.fromPath) }
        return Annotation(
            level: level,
            message: String(message.prefix(WorkflowCommand.longestMessage)),
            file: place,
            line: match.line.flatMap(Self.number),
            column: match.column.flatMap(Self.number),
            step: context.step
        )
    }

    /// Digits alone: no sign, no blank.
    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    /// The path relative to the repository, if it is there and inside.
    ///
    /// The repository is what was checked out below the workspace, where something was; a file of another one has no
    /// place in an annotation.
    private mutating func file(_ path: String, from fromPath: String?) -> String? {
        var path = hostPath(path)
        if let fromPath, !fromPath.isEmpty, !path.hasPrefix("/") {
            let folder = (hostPath(fromPath) as NSString).deletingLastPathComponent
            if !folder.isEmpty { path = "\(folder)/\(path)" }
        }
        let workspace = hostPath(context.workspace)
        if !path.hasPrefix("/") { path = "\(workspace)/\(path)" }
        path = (path as NSString).standardizingPath
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let root = (workspace as NSString).standardizingPath
        guard path.hasPrefix(root + "/"), let own = roots.root(of: path, in: root, context.origins) else {
            return nil
        }
        return String(path.dropFirst(own.count + 1))
    }

    /// The line without terminal sequences.
    static func unstyled(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x1B) else { return bytes }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x1B, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "[") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 2
            while index < bytes.count, (0x20...0x3F).contains(bytes[index]) { index += 1 }
            index += 1
        }
        return result
    }
}
