import Foundation
import Reports
import Store

/// A run as `run view` shows it.
enum RunText {
    static func of(_ run: RunRecord, summaries: [Summary], reports: [ReportRecord]) -> String {
        var lines = [
            "\(Words.mark(run.conclusion, run.status)) \(run.displayTitle) · \(run.name) #\(run.runNumber) (run \(run.id)\(run.runAttempt > 1 ? ", attempt \(run.runAttempt)" : ""))",
            "  \(run.event) on \(run.headBranch ?? "no branch") at \(run.headSHA.prefix(7)), "
                + "\(run.conclusion?.rawValue ?? run.status.rawValue), \(Words.duration(run.startedAt, run.completedAt)), "
                + Words.age(run.createdAt),
        ]
        if let reason = run.reason { lines.append("  reason: \(reason)") }
        for job in run.jobs {
            lines.append("")
            lines.append(
                "\(Words.mark(job.conclusion, job.status)) \(job.name)  \(Words.duration(job.startedAt, job.completedAt))"
            )
            if let reason = job.reason { lines.append("    reason: \(reason)") }
            for step in job.steps {
                let time =
                    step.startedAt == nil ? "" : "  \(Words.duration(step.startedAt, step.completedAt))"
                lines.append("    \(Words.mark(step.conclusion, step.status)) \(step.name)\(time)")
            }
            for annotation in job.annotations {
                let place =
                    annotation.file.map { file in annotation.line.map { "\(file):\($0): " } ?? "\(file): " }
                    ?? ""
                lines.append("    \(annotation.level.rawValue): \(place)\(annotation.message)")
            }
        }
        for summary in summaries {
            lines += ["", MarkdownText.rendered(summary.markdown)]
        }
        for report in reports {
            lines += ["", "report: \(report.folder)/report.html", MarkdownText.rendered(report.markdown)]
        }
        return lines.joined(separator: "\n")
    }
}

/// Markdown for this terminal.
enum MarkdownText {
    static func rendered(_ markdown: String) -> String {
        TerminalMarkdown(width: min(Console.width, 100), colours: Console.usesColour).render(markdown)
    }
}
