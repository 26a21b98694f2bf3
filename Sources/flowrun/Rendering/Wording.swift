import Foundation
import Reports
import Store

/// Marks and phrases that pretty and plain output share.
struct Wording: Sendable {
    let paint: Paint

    func mark(_ conclusion: Conclusion?) -> String {
        switch conclusion {
        case .success: paint("✓", .green)
        case .failure, .timedOut: paint("✗", .red)
        case .cancelled: paint("⊘", .yellow)
        case .skipped: paint("⊘", .dim)
        case .neutral: paint("○", .dim)
        case .actionRequired: paint("!", .yellow)
        case nil: paint("•", .dim)
        }
    }

    /// What the mark does not say of a step.
    private func remark(on step: StepRecord) -> String {
        if isForgiven(step) { return paint(" failed (continue-on-error)", .yellow) }
        switch step.conclusion {
        case .success, .failure, nil: return ""
        case .skipped: return paint(" skipped", .dim)
        case let other?: return paint(" " + phrase(other), .yellow)
        }
    }

    private func isForgiven(_ step: StepRecord) -> Bool {
        step.outcome == .failure && step.conclusion == .success
    }

    func phrase(_ conclusion: Conclusion?) -> String {
        switch conclusion {
        case .success: "succeeded"
        case .failure: "failed"
        case .cancelled: "was cancelled"
        case .skipped: "was skipped"
        case .timedOut: "timed out"
        case .actionRequired: "needs action"
        case .neutral: "ended neutral"
        case nil: "ended"
        }
    }

    /// The run's name and number, what started it and on what.
    func title(of run: RunRecord) -> String {
        let place = [run.headBranch, String(run.headSHA.prefix(7))].compactMap { $0 }.filter { !$0.isEmpty }
        let origin = SafeText.line("\(run.event) · \(place.joined(separator: " @ "))")
        return paint(SafeText.line(run.name), .bold) + " " + number(of: run) + paint("  " + origin, .dim)
    }

    private func number(of run: RunRecord) -> String {
        "#\(run.runNumber)" + (run.runAttempt > 1 ? " (attempt \(run.runAttempt))" : "")
    }

    func summary(of run: RunRecord) -> String {
        let took = duration(from: run.startedAt ?? run.createdAt, to: run.completedAt)
        let reason = run.reason.map { " (\(SafeText.line($0)))" } ?? ""
        return "\(mark(run.conclusion)) \(paint(SafeText.line(run.name), .bold)) \(number(of: run)) "
            + phrase(run.conclusion) + reason + (took.map { " in \($0)" } ?? "")
    }

    /// The job's mark, its name (where the line does not begin with it already), how it ended, how long it took.
    func summary(of job: JobRecord, named: Bool = true) -> String {
        var words = named ? [SafeText.line(job.name)] : []
        if job.conclusion != .success || !named { words.append(phrase(job.conclusion)) }
        if let reason = job.reason { words.append("(\(SafeText.line(reason)))") }
        let time = job.conclusion == .skipped ? nil : duration(from: job.startedAt, to: job.completedAt)
        return "\(mark(job.conclusion)) \(words.joined(separator: " "))"
            + (time.map { paint("  " + $0, .dim) } ?? "")
    }

    /// The step's mark, its name, what the mark does not say, how long it took; on so many columns, by a shorter name.
    func summary(of step: StepRecord, columns: Int = .max) -> String {
        let time = step.conclusion == .skipped ? nil : step.durationMilliseconds
        let mark = isForgiven(step) ? paint("!", .yellow) : mark(step.conclusion)
        let tail =
            remark(on: step) + (time.map { paint("  " + Self.duration(milliseconds: $0), .dim) } ?? "")
        let name = SafeText.line(step.name)
        guard columns < .max, name.utf8.count + tail.utf8.count + 2 > columns else {
            return "\(mark) \(name)\(tail)"
        }
        return "\(mark) \(DisplayWidth.cut(name, to: max(1, columns - 2 - DisplayWidth.of(tail))))\(tail)"
    }

    func annotation(_ annotation: Annotation) -> String {
        let level =
            switch annotation.level {
            case .error: paint("error", .red)
            case .warning: paint("warning", .yellow)
            case .notice: paint("notice", .cyan)
            }
        var place = ""
        if let file = annotation.file {
            place =
                [file, annotation.line.map(String.init), annotation.column.map(String.init)]
                .compactMap { $0 }.joined(separator: ":") + ": "
        }
        let title = annotation.title.map { paint(SafeText.line($0), .bold) + ": " } ?? ""
        let lines = annotation.message.split(separator: "\n", omittingEmptySubsequences: false)
        let message = lines.map { SafeText.line(String($0)) }.joined(separator: "\n    ")
        return SafeText.line(place) + level + ": " + title + message
    }

    /// A line of a log, its mark put in words.
    func log(_ line: LogLine) -> String {
        let words = SafeText.line(Array(line.words), styling: paint.isOn ? .kept : .removed)
        guard let label = line.label else { return words }
        switch line.kind {
        case .group, .section, .command, .debug: return paint(label.text + words, label.colour)
        default: return paint(label.text, label.colour) + words
        }
    }

    func duration(from start: Date?, to end: Date?) -> String? {
        guard let start, let end else { return nil }
        return Self.duration(milliseconds: Int(max(0, end.timeIntervalSince(start)) * 1000))
    }

    /// `0.4s`, `12s`, `3m 05s`, `1h 02m`.
    static func duration(milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if milliseconds < 10_000 { return "\(seconds).\(milliseconds % 1000 / 100)s" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m \(two(seconds % 60))s" }
        return "\(seconds / 3600)h \(two(seconds % 3600 / 60))m"
    }
}
