import Foundation
import Store

/// `--format json`: one object a line, for programs.
///
/// `@unchecked Sendable`: its variables are used by `observe` alone, which one thread at a time calls.
final class JSONRenderer: RunRenderer, @unchecked Sendable {
    private let output: BufferedOutput
    private var stamp = TimeStamp()
    private var place: LogPlace?
    private var placeBytes: [UInt8] = []

    private struct LogPlace: Equatable {
        var run: Int64
        var job: Int64
        var step: Int
    }

    init(_ output: BufferedOutput) { self.output = output }

    func observe(_ event: RunEvent) {
        switch event.what {
        case .log(let job, let step, let lines):
            log(lines, at: LogPlace(run: event.runID, job: job, step: step), time: event.time)
        case .runStarted(let run):
            line("run.started", event) { $0.object("run") { $0.runHead(run) } }
        case .jobWaiting(let job, let reason):
            line("job.waiting", event, withRun: true) { json in
                json.object("job") { $0.jobHead(job) }
                json.field("reason", reason)
            }
        case .jobStarted(let job):
            line("job.started", event, withRun: true) { $0.object("job") { $0.jobHead(job) } }
        case .stepStarted(let job, let step):
            line("step.started", event, withRun: true) { json in
                json.field("job_id", job)
                json.object("step") { $0.stepHead(step) }
            }
        case .annotation(let job, let annotation):
            line("annotation", event, withRun: true) { json in
                json.field("job_id", job)
                json.annotation(annotation)
            }
        // A summary is read from the run's folder, not from the stream.
        case .summary: break
        case .stepCompleted(let job, let step):
            line("step.completed", event, withRun: true) { json in
                json.field("job_id", job)
                json.object("step") { $0.step(step) }
            }
        case .jobCompleted(let job):
            line("job.completed", event, withRun: true) { $0.object("job") { $0.job(job) } }
        case .runCompleted(let run):
            line("run.completed", event) { $0.object("run") { $0.run(run) } }
        }
    }

    /// Standard output is for the objects alone.
    func say(_ line: String) {
        BufferedOutput(STDERR_FILENO).append(line + "\n", now: true)
    }

    func suspend() { output.append("", now: true) }
    func resume() {}
    func finish() { output.close() }
    var fault: Int32? { output.fault }

    private func line(
        _ name: String,
        _ event: RunEvent,
        withRun: Bool = false,
        _ body: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter()
        json.object { json in
            json.field("event", name)
            json.field("time", event.time)
            if withRun { json.field("run_id", event.runID) }
            body(&json)
        }
        output.append(now: true) { bytes in
            bytes.append(contentsOf: json.bytes)
            bytes.append(0x0a)
        }
    }

    /// The one object that there can be millions of: its fixed parts are kept ready.
    private func log(_ lines: [UInt8], at place: LogPlace, time: Date) {
        if place != self.place {
            self.place = place
            let fields = "\"run_id\":\(place.run),\"job_id\":\(place.job),\"step\":\(place.step)"
            placeBytes = Array("\",\(fields),\"line\":\"".utf8)
        }
        output.append { bytes in
            lines.forEachLine { line in
                bytes.append(contentsOf: Self.logOpening)
                stamp.append(time, to: &bytes)
                bytes.append(contentsOf: placeBytes)
                bytes.appendEscaped(line)
                bytes.append(contentsOf: Self.logEnd)
            }
        }
    }

    private static let logOpening = Array(#"{"event":"log","time":""#.utf8)
    private static let logEnd = Array("\"}\n".utf8)
}
