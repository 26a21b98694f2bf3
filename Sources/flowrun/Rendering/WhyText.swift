import Engine
import Events
import Expressions
import Reports

/// What `why` tells people: a line for each workflow, job and step, the verdict first and the reason behind.
struct WhyText {
    let paint: Paint

    func text(_ explanations: [WorkflowExplanation]) -> String {
        let width = width(of: explanations.map(\.path))
        return explanations.map { explanation in
            var lines = [
                line(0, word(explanation.decision), explanation.path, width, WhyReason.of(explanation))
            ]
            lines += notes(0, files(explanation.decision))
            lines += jobs(explanation.jobs, depth: 1)
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private func jobs(_ jobs: [JobExplanation], depth: Int) -> [String] {
        let width = width(of: jobs.map(\.id))
        return jobs.flatMap { job in
            var lines = [line(depth, word(job.verdict), job.id, width, WhyReason.of(job))]
            if let fault = job.fault, job.verdict != .fails {
                lines += notes(depth, ["it would fail: \(fault)"])
            }
            lines += notes(depth, details(of: job.condition))
            if let calls = job.calls { lines += notes(depth, ["calls \(calls)"]) }
            if !job.unknownRows.isEmpty {
                lines += notes(depth, ["its rows depend on \(job.unknownRows.joined(separator: ", "))"])
            }
            if job.verdict == .likelySkipped || job.verdict == .unknown,
                !job.rows.allSatisfy({ $0.steps.isEmpty && $0.jobs.isEmpty })
            {
                lines += notes(depth, ["if it runs:"])
            }
            return lines + rows(of: job, depth: depth)
        }
    }

    /// The steps, or the jobs that are called, once for all rows in which they do not differ.
    private func rows(of job: JobExplanation, depth: Int) -> [String] {
        var groups: [(names: [String], lines: [String])] = []
        for row in job.rows {
            let lines = steps(row.steps, depth: depth + 1) + jobs(row.jobs, depth: depth + 1)
            let name = row.matrix == nil ? [] : [row.name]
            if let place = groups.firstIndex(where: { $0.lines == lines }) {
                groups[place].names += name
            } else {
                groups.append((name, lines))
            }
        }
        return groups.flatMap { names, lines in
            names.isEmpty ? lines : notes(depth, ["for \(names.joined(separator: ", ")):"]) + lines
        }
    }

    private func steps(_ steps: [StepExplanation], depth: Int) -> [String] {
        let width = width(of: steps.map(\.name))
        return steps.flatMap { step in
            [line(depth, word(step.verdict), step.name, width, WhyReason.of(step))]
                + notes(depth, details(of: step.condition)) + self.steps(step.steps, depth: depth + 1)
        }
    }

    // MARK: Details

    /// The changed files that no pattern took.
    private func files(_ decision: MatchDecision) -> [String] {
        guard case .skipped(.pathsRefused(_, let files)) = decision else { return [] }
        let shown = files.prefix(Self.mostFiles).map(\.description)
        let rest = files.count - shown.count
        return rest > 0 ? shown + ["and \(rest) more"] : shown
    }

    private static let mostFiles = 10
    private static let longest = 160
    private static let widestName = 44

    /// The condition as it is written, where that is more than what decided, and the values of its parts.
    private func details(of condition: ConditionExplanation?) -> [String] {
        guard let condition, !condition.source.isEmpty else { return [] }
        let source = Self.squeezed(condition.source)
        let parts = condition.parts.filter {
            $0.text != condition.deciding.text && Self.squeezed($0.text) != source
        }
        let width = parts.map(\.text.count).filter { $0 <= Self.widestName }.max() ?? 0
        var lines: [String] = []
        if source != Self.squeezed(condition.deciding.text) {
            let written = condition.source.split(whereSeparator: \.isNewline)
            lines.append("if: " + written.joined(separator: " "))
        }
        return lines + parts.map { fit($0.text, width) + "  " + $0.shownValue }
    }

    /// A condition without its braces and white space, to tell whether two are written alike.
    private static func squeezed(_ text: String) -> String {
        text.replacing("${{", with: "").replacing("}}", with: "").filter { !$0.isWhitespace }
    }

    private func shortened(_ text: String) -> String {
        text.count <= Self.longest ? text : text.prefix(Self.longest - 1) + "…"
    }

    // MARK: Lines

    private struct Word {
        var text: String
        var colour: Paint.Colour
    }

    private func word(_ decision: MatchDecision) -> Word {
        if case .runs = decision { word(.runs) } else { word(.skipped) }
    }

    private func word(_ verdict: Verdict) -> Word {
        switch verdict {
        case .runs, .likelyRuns: Word(text: "runs", colour: .green)
        case .skipped, .likelySkipped: Word(text: "skipped", colour: .dim)
        case .fails: Word(text: "fails", colour: .red)
        case .unknown: Word(text: "depends", colour: .yellow)
        }
    }

    private func line(_ depth: Int, _ word: Word, _ name: String, _ width: Int, _ reason: String) -> String {
        let indent = String(repeating: "  ", count: depth)
        return indent + paint(word.text, word.colour) + String(repeating: " ", count: 9 - word.text.count)
            + fit(shown(name), width) + "  " + shown(reason)
    }

    private func notes(_ depth: Int, _ texts: [String]) -> [String] {
        let indent = String(repeating: " ", count: 2 * depth + 11)
        return texts.map { indent + paint(shown($0), .dim) }
    }

    private func width(of names: [String]) -> Int {
        min(names.map { shown($0).count }.max() ?? 0, Self.widestName)
    }

    private func shown(_ text: String) -> String { shortened(SafeText.line(text)) }

    private func fit(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
