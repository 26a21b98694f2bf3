import Foundation
import Reports
import Store

/// What pretty output knows of the runs that it shows: a value that events change.
///
/// It draws what is alive, and says what
/// is to be printed for good.
struct RunTree: Sendable {
    /// How many lines of a failing step are shown at the end.
    static let tailLength = 20

    struct Job: Sendable {
        var id: Int64
        var runID: Int64
        var name: String
        var startedAt: Date
        var finished: [StepRecord] = []
        /// What runs now: one step, and those beside it.
        var open: [OpenStep] = []
        var failures: [Failure] = []
        var annotations: [Annotation] = []
        var summaries: [String] = []
    }

    /// A step that runs.
    struct OpenStep: Sendable {
        var record: StepRecord
        /// The last lines that it printed.
        var tail: [[UInt8]] = []
        var lineCount = 0
    }

    /// A step that failed, with how its output ended.
    struct Failure: Sendable {
        var job: String
        var step: String
        var lines: [[UInt8]]
        var lineCount: Int
    }

    struct Ending: Sendable {
        var failures: [Failure] = []
        var annotations: [(job: String, Annotation)] = []
        var summaries: [(job: String, markdown: String)] = []
    }

    let wording: Wording
    private(set) var running: [Job] = []
    private var endings: [Int64: Ending] = [:]

    init(wording: Wording) { self.wording = wording }

    /// Takes up an event; gives the lines that it prints for good.
    ///
    /// `width` is the window's: what is longer is wrapped or cut.
    mutating func apply(_ event: RunEvent, width: Int) -> [String] {
        switch event.what {
        case .runStarted(let run):
            endings[run.id] = Ending()
            return ["● " + wording.title(of: run)]
        case .jobWaiting(let job, let reason): return ["  … \(SafeText.line(job.name)) \(reason)"]
        case .jobStarted(let job):
            let started = Job(
                id: job.id,
                runID: event.runID,
                name: SafeText.line(job.name),
                startedAt: event.time
            )
            running.append(started)
        case .stepStarted(let id, let step):
            var started = step
            started.startedAt = step.startedAt ?? event.time
            change(id) { $0.open.append(OpenStep(record: started)) }
        case .log(let id, let step, let lines): change(id) { $0.add(lines, of: step) }
        case .annotation(let id, let annotation): change(id) { $0.annotations.append(annotation) }
        case .summary(let id, _, let markdown): change(id) { $0.summaries.append(markdown) }
        case .stepCompleted(let id, let step): change(id) { $0.finish(step) }
        case .jobCompleted(let job): return finish(job, of: event.runID, width: width)
        case .runCompleted(let run): return finish(run, width: width)
        }
        return []
    }

    /// Jobs that will not be told the end of, because the run was broken off.
    mutating func abandon() -> [String] {
        var lines: [String] = []
        for job in running {
            lines.append("  \(wording.mark(nil)) \(job.name)")
            for step in job.finished { lines.append("    " + wording.summary(of: step)) }
            for step in job.open { lines.append("    " + wording.summary(of: step.record)) }
        }
        running = []
        return lines
    }

    private mutating func change(_ id: Int64, _ body: (inout Job) -> Void) {
        // Most events are of the job that has just started, or of the only one.
        guard let index = running.lastIndex(where: { $0.id == id }) else { return }
        body(&running[index])
    }

    private mutating func finish(_ record: JobRecord, of run: Int64, width: Int) -> [String] {
        guard let index = running.firstIndex(where: { $0.id == record.id }) else {
            return ["  " + wording.summary(of: record)]
        }
        let job = running.remove(at: index)
        endings[run, default: Ending()].failures += job.failures
        endings[run, default: Ending()].annotations += job.annotations.map { (job.name, $0) }
        endings[run, default: Ending()].summaries += job.summaries.map { (job.name, $0) }
        return ["  " + wording.summary(of: record)]
            + job.finished.map { "    " + wording.summary(of: $0, columns: width - 5) }
    }

    private mutating func finish(_ run: RunRecord, width: Int) -> [String] {
        let ending = endings.removeValue(forKey: run.id) ?? Ending()
        var lines: [String] = []
        for failure in ending.failures {
            lines += ["", wording.paint("✗ \(failure.job) › \(failure.step)", .red)]
            let hidden = failure.lineCount - failure.lines.count
            if hidden > 0 { lines.append(wording.paint("  │ … \(hidden) lines before", .dim)) }
            let tail = failure.lines.map(LogLine.init).filter { $0.kind != .endGroup }
            lines += tail.map { wording.paint("  │ ", .dim) + wording.log($0) }
        }
        if !ending.annotations.isEmpty {
            lines.append("")
            let isAlone = Set(ending.annotations.map(\.job)).count == 1
            for (job, annotation) in ending.annotations {
                let place = isAlone ? "" : wording.paint("\(job) › ", .dim)
                lines += ("  " + place + wording.annotation(annotation)).split(separator: "\n").map(
                    String.init
                )
            }
        }
        let markdown = TerminalMarkdown(width: max(20, min(width - 2, 100)), colours: wording.paint.isOn)
        for (job, summary) in ending.summaries {
            lines +=
                ["", "  " + wording.paint("\(job) summary", .dim), ""]
                + markdown.render(summary).split(separator: "\n", omittingEmptySubsequences: false).map {
                    $0.isEmpty ? "" : "  " + String($0)
                }.dropLast()
        }
        lines += ["", wording.summary(of: run)]
        if run.jobs.count > 1 { lines += run.jobs.map { "  " + wording.summary(of: $0) } }
        return lines + [""]
    }
}

extension RunTree.Job {
    fileprivate mutating func add(_ lines: [UInt8], of step: Int) {
        // Most lines are of the step that has just started, or of the only one.
        guard let index = open.lastIndex(where: { $0.record.number == step }) else { return }
        let (count, last) = lines.tail(RunTree.tailLength)
        open[index].lineCount += count
        open[index].tail += last
        if open[index].tail.count >= 2 * RunTree.tailLength {
            open[index].tail.removeFirst(open[index].tail.count - RunTree.tailLength)
        }
    }

    fileprivate mutating func finish(_ step: StepRecord) {
        // By number: those that run beside others end in any order.
        let place = finished.lastIndex { $0.number < step.number }.map { $0 + 1 } ?? 0
        finished.insert(step, at: place)
        guard let index = open.firstIndex(where: { $0.record.number == step.number }) else { return }
        let ended = open.remove(at: index)
        guard step.outcome == .failure || step.conclusion == .failure || step.conclusion == .timedOut else {
            return
        }
        let lines = Array(ended.tail.suffix(RunTree.tailLength))
        guard step.conclusion != .success, !lines.isEmpty else { return }
        failures.append(
            RunTree.Failure(
                job: name,
                step: SafeText.line(step.name),
                lines: lines,
                lineCount: ended.lineCount
            )
        )
    }
}
