import Foundation
import Reports
import Store

/// The raw logs of a run's jobs, step by step.
struct RunLog {
    let run: RunRecord
    let home: FlowrunHome
    /// Whether the bytes are printed as they are stored, and nothing else.
    var isRaw = false

    func print(job wanted: String?, onlyFailed: Bool) {
        for job in run.jobs where job.isMeant(by: wanted) {
            let log = contents(of: FlowrunHome.logName(job: job.id)) ?? Data()
            for (index, step) in job.steps.enumerated() {
                if onlyFailed, step.conclusion != .failure { continue }
                guard let offset = step.logOffset else {
                    if let own = contents(of: FlowrunHome.logName(job: job.id, step: step.number)) {
                        print(own, of: step, in: job)
                    }
                    continue
                }
                // A step that runs, or that ended with flowrun itself, goes on to the next one or to the end.
                let next = job.steps[(index + 1)...].compactMap(\.logOffset).first
                let end = min(step.logLength.map { offset + $0 } ?? next ?? log.count, log.count)
                if offset < end { print(log[offset..<end], of: step, in: job) }
            }
        }
    }

    /// What a terminal shows: the last state of a progress bar, and not more of a line than a person reads.
    private static func shown(_ line: [UInt8]) -> [UInt8] {
        Array(LongLine.shown(SafeText.lastState(of: line[...])))
    }

    private func contents(of name: String) -> Data? {
        FileManager.default.contents(atPath: "\(home.run(run.id))/\(name)")
    }

    private func print(_ log: Data, of step: StepRecord, in job: JobRecord) {
        guard !log.isEmpty else { return }
        if isRaw { return Console.print(bytes: log) }
        Console.print("\(job.name) › \(step.name)")
        var lines = String(decoding: log, as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        for line in lines {
            let bytes = Console.outputIsTerminal ? Self.shown(Array(line.utf8)) : Array(line.utf8)
            Console.print("  " + SafeText.line(bytes, styling: Console.usesColour ? .kept : .removed))
        }
    }
}

extension JobRecord {
    /// Whether a person means it who gave a job's key, name or id; nil means them all.
    func isMeant(by wanted: String?) -> Bool {
        wanted == nil || key == wanted || name == wanted || String(id) == wanted
    }
}
