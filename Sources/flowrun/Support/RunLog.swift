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
            for step in job.steps {
                if onlyFailed, step.conclusion != .failure { continue }
                guard let offset = step.logOffset, let length = step.logLength, length > 0, offset < log.count
                else { continue }
                Console.print("\(job.name) › \(step.name)")
                let text = String(decoding: log[offset..<min(offset + length, log.count)], as: UTF8.self)
                for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                    Console.print(
                        "  " + SafeText.line(String(line), styling: Console.usesColour ? .kept : .removed)
                    )
                }
            }
        }
    }
}
