import Foundation
import Reports
import Store

/// The raw logs of a run's jobs, step by step.
struct RunLog {
    let run: RunRecord
    let home: FlowrunHome

    func print(job wanted: String?, onlyFailed: Bool) {
        for job in run.jobs
        where wanted == nil || job.key == wanted || job.name == wanted || String(job.id) == wanted {
            guard let log = FileManager.default.contents(atPath: "\(home.run(run.id))/\(job.id).log") else {
                continue
            }
            for (index, step) in job.steps.enumerated() {
                if onlyFailed, step.conclusion != .failure { continue }
                guard let offset = step.logOffset else { continue }
                // A step that runs, or that ended with flowrun itself, goes on to the next one or to the end.
                let next = job.steps[(index + 1)...].compactMap(\.logOffset).first
                let end = min(step.logLength.map { offset + $0 } ?? next ?? log.count, log.count)
                guard offset < end else { continue }
                Console.print("\(job.name) › \(step.name)")
                let text = String(decoding: log[offset..<end], as: UTF8.self)
                var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                if lines.last?.isEmpty ?? false { lines.removeLast() }
                for line in lines {
                    Console.print(
                        "  " + SafeText.line(String(line), styling: Console.usesColour ? .kept : .removed)
                    )
                }
            }
        }
    }
}
