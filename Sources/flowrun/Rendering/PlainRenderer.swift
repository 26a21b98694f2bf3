import Foundation
import Reports
import Store

/// `--format plain`: what happens, line by line, each with its job's name in front.
///
/// `job | line` is what a step has written, `job ≡ line` its summary; what flowrun itself says has another sign than these
/// behind the name, so that no step can pretend to be it.
///
/// `@unchecked Sendable`: its variables are used by `observe` alone, which one thread at a time calls.
final class PlainRenderer: RunRenderer, @unchecked Sendable {
    private let output: BufferedOutput
    private let wording: Wording
    private let terminal: Terminal
    private var jobs: [Int64: Job] = [:]

    private struct Job {
        var name: String
        var prefix: [UInt8]
        /// The steps whose last `group` has not ended.
        var grouped: [Int] = []
        var annotations: [Annotation] = []
        var summaries: [String] = []
    }

    init(_ terminal: Terminal) {
        self.terminal = terminal
        output = BufferedOutput(terminal.descriptor)
        wording = Wording(paint: Paint(isOn: terminal.colours))
    }

    func observe(_ event: RunEvent) {
        switch event.what {
        case .log(let id, let step, let lines): log(lines, of: id, step: step)
        case .runStarted(let run): say("● " + wording.title(of: run))
        case .jobWaiting(let job, let reason):
            say(wording.paint(SafeText.line(job.name), .cyan) + " … \(reason)")
        case .jobStarted(let job): tell(job.id, remember(job), "▶ starts")
        case .stepStarted(let id, let step):
            tell(id, nil, "▸ " + wording.paint(SafeText.line(step.name), .bold))
        case .annotation(let id, let annotation): jobs[id]?.annotations.append(annotation)
        case .summary(let id, _, let markdown): jobs[id]?.summaries.append(markdown)
        case .stepCompleted(let id, let step):
            jobs[id]?.grouped.removeAll { $0 == step.number }
            tell(id, nil, wording.summary(of: step))
        case .jobCompleted(let job): finish(job)
        case .runCompleted(let run):
            say(wording.summary(of: run))
            if run.jobs.count > 1 {
                for job in run.jobs { say("  " + wording.summary(of: job)) }
            }
        }
    }

    func say(_ line: String) { output.append(line + "\n", now: true) }
    func suspend() { output.append("", now: true) }
    func resume() {}
    func finish() { output.close() }
    var fault: Int32? { output.fault }

    private func finish(_ job: JobRecord) {
        let name = wording.paint(remember(job), .cyan)
        let known = jobs.removeValue(forKey: job.id)
        say("\(name) " + wording.summary(of: job, named: false))
        // The step's output shows most of them already; here they stand together.
        for annotation in known?.annotations ?? [] { say("\(name)   " + wording.annotation(annotation)) }
        guard let summaries = known?.summaries, !summaries.isEmpty else { return }
        let prefix = "\(name) \(wording.paint("≡", .dim)) "
        let width = (terminal.isInteractive ? terminal.size.columns : 100) - DisplayWidth.of(prefix)
        let markdown = TerminalMarkdown(width: max(20, width), colours: wording.paint.isOn)
        let lines = summaries.map(markdown.render).joined(separator: "\n").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).dropLast()
        for line in lines { say(line.isEmpty ? String(prefix.dropLast()) : prefix + line) }
    }

    /// Keeps the job's name for its lines; gives the name.
    private func remember(_ job: JobRecord) -> String {
        let name = SafeText.line(job.name)
        if jobs[job.id] == nil {
            let prefix = Array((wording.paint(name, .cyan) + wording.paint(" | ", .dim)).utf8)
            jobs[job.id] = Job(name: name, prefix: prefix)
        }
        return name
    }

    private func tell(_ id: Int64, _ name: String?, _ words: String) {
        let name = name ?? jobs[id]?.name ?? "job \(id)"
        say("\(wording.paint(name, .cyan)) \(words)")
    }

    private func log(_ lines: [UInt8], of id: Int64, step: Int) {
        let prefix = jobs[id]?.prefix ?? Array("job \(id) | ".utf8)
        if lines.isPlainText {
            let indented = prefix + (jobs[id]?.grouped.contains(step) == true ? [0x20, 0x20] : [])
            if lines.count <= LongLine.limit {
                let shown = lines.prefixed(indented)
                return output.append { $0.append(contentsOf: shown) }
            }
            output.append { out in
                out.reserveCapacity(out.count + lines.count + 1)
                lines.forEachLine { line in
                    out.append(contentsOf: indented)
                    if line.count > LongLine.limit {
                        out.append(contentsOf: LongLine.shown(Array(line)[...]))
                    } else {
                        out.append(contentsOf: line)
                    }
                    out.append(0x0a)
                }
            }
        } else {
            output.append { out in
                lines.forEachLine { append(LogLine(Array($0)), prefix: prefix, to: &out, of: id, step: step) }
            }
        }
    }

    private func append(_ line: LogLine, prefix: [UInt8], to out: inout [UInt8], of id: Int64, step: Int) {
        let isInGroup = jobs[id]?.grouped.contains(step) ?? false
        if line.kind == .endGroup {
            jobs[id]?.grouped.removeAll { $0 == step }
            return
        }
        out.append(contentsOf: prefix)
        if isInGroup, line.kind != .group { out.append(contentsOf: [0x20, 0x20]) }
        if line.kind == .text {
            let styling: SafeText.Styling = wording.paint.isOn ? .kept : .removed
            SafeText.append(line.words, to: &out, styling: styling)
        } else {
            out.append(contentsOf: wording.log(line).utf8)
        }
        out.append(0x0a)
        if line.kind == .group, !isInGroup { jobs[id]?.grouped.append(step) }
    }
}
