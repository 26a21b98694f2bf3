import Foundation
import Reports
import Store

extension RunTree {
    private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    /// How much of each job is shown.
    private enum Detail: CaseIterable { case everything, folded, brief }

    /// The part of the picture that changes: what runs now, on no more than the rows and columns there are.
    func frame(columns: Int, rows: Int, now: Date) -> [String] {
        guard !running.isEmpty, rows > 0 else { return [] }
        var lines: [String] = []
        for detail in Detail.allCases {
            lines = running.flatMap { self.lines(of: $0, detail, columns: columns - 1, now: now) }
            if lines.count <= rows { break }
        }
        if lines.count > rows {
            let hidden = lines.count - rows + 1
            lines = Array(lines.prefix(rows - 1)) + [wording.paint("  … \(hidden) more jobs run", .dim)]
        }
        return lines.map { DisplayWidth.cut($0, to: max(1, columns - 1)) }
    }

    private func lines(of job: Job, _ detail: Detail, columns: Int, now: Date) -> [String] {
        let tick = Int(now.timeIntervalSinceReferenceDate * 10)
        let spinner = wording.paint(Self.spinner[tick % Self.spinner.count], .yellow)
        let head = "  \(spinner) \(job.name)" + elapsed(since: job.startedAt, now)
        var lines: [String] = []
        switch detail {
        case .everything:
            lines =
                [head] + job.finished.map { "    " + wording.summary(of: $0, columns: columns - 4) }
        case .folded:
            let count = job.finished.count
            let folded = "    " + wording.paint("✓ \(count) step\(count == 1 ? "" : "s") done", .dim)
            lines = [head] + (count > 0 ? [folded] : [])
        case .brief:
            let step = job.open.last.map { wording.paint(" › ", .dim) + SafeText.line($0.record.name) } ?? ""
            let time = elapsed(since: job.startedAt, now)
            return ["  \(spinner) " + fitted(job.name + step, before: time, columns: columns - 4)]
        }
        for step in job.open {
            let start = step.record.startedAt ?? job.startedAt
            let time = elapsed(since: start, now)
            let name = SafeText.line(step.record.name)
            lines.append("    \(spinner) " + fitted(name, before: time, columns: columns - 6))
            if let last = step.tail.last(where: { LogLine($0).kind != .endGroup && !$0.isEmpty }) {
                let words = SafeText.line(Array(LogLine(last).words), styling: .removed)
                lines.append("      " + wording.paint(words, .dim))
            }
        }
        return lines
    }

    /// A name cut so that what stands behind it can be seen.
    private func fitted(_ name: String, before tail: String, columns: Int) -> String {
        DisplayWidth.cut(name, to: max(1, columns - DisplayWidth.of(tail))) + tail
    }

    private func elapsed(since start: Date, _ now: Date) -> String {
        let seconds = Int(max(0, now.timeIntervalSince(start)))
        guard seconds > 0 else { return "" }
        return wording.paint(
            "  " + (seconds < 10 ? "\(seconds)s" : Wording.duration(milliseconds: seconds * 1000)),
            .dim
        )
    }
}
