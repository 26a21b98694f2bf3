import Foundation

@testable import Store
@testable import flowrun

/// A short run, told as the engine would tell it.
struct Story {
    let start = Date(timeIntervalSince1970: 1_800_000_000.25)

    func run(_ conclusion: Conclusion? = nil, jobs: [JobRecord] = []) -> RunRecord {
        RunRecord(
            id: 7,
            runNumber: 3,
            runAttempt: 1,
            name: "Train",
            displayTitle: "t",
            path: "workflows/t.yaml",
            event: "push",
            headSHA: "1a2b3c4d5e",
            headBranch: "main",
            status: conclusion == nil ? .inProgress : .completed,
            conclusion: conclusion,
            reason: nil,
            createdAt: start,
            startedAt: start,
            completedAt: conclusion == nil ? nil : start + 12,
            parentRunID: nil,
            repository: "/r",
            jobs: jobs
        )
    }

    func job(_ id: Int64, _ name: String, _ conclusion: Conclusion? = nil) -> JobRecord {
        JobRecord(
            id: id,
            runID: 7,
            key: name,
            name: name,
            status: conclusion == nil ? .inProgress : .completed,
            conclusion: conclusion,
            reason: nil,
            outputs: ["b": "2", "a": "1\n"],
            startedAt: start,
            completedAt: conclusion == nil ? nil : start + 3,
            steps: [],
            annotations: []
        )
    }

    func step(
        _ number: Int,
        _ name: String,
        _ conclusion: Conclusion? = nil,
        outcome: Conclusion? = nil
    ) -> StepRecord {
        StepRecord(
            number: number,
            name: name,
            status: conclusion == nil ? .inProgress : .completed,
            conclusion: conclusion,
            outcome: outcome ?? conclusion,
            startedAt: nil,
            completedAt: nil,
            durationMilliseconds: conclusion == nil ? nil : 1234,
            logOffset: nil,
            logLength: nil
        )
    }

    func event(_ what: RunEvent.What, after seconds: Double = 0) -> RunEvent {
        RunEvent(time: start + seconds, runID: 7, what: what)
    }

    func log(_ job: Int64, _ step: Int, _ line: String) -> RunEvent {
        event(.log(jobID: job, step: step, lines: Array(line.utf8)))
    }

    /// One job whose second step fails, and one that is skipped.
    var failing: [RunEvent] {
        let warning = Annotation(
            level: .warning,
            message: "old",
            title: "T",
            file: "a.py",
            line: 3,
            column: 5,
            step: 2
        )
        return [
            event(.runStarted(run())), event(.jobStarted(job(1, "train"))),
            event(.stepStarted(jobID: 1, step(1, "Set up job"))), log(1, 1, "Runner: host"),
            event(.stepCompleted(jobID: 1, step(1, "Set up job", .success))),
            event(.stepStarted(jobID: 1, step(2, "Run make"))), log(1, 2, "##[group]Run make"),
            log(1, 2, "##[command]make"), log(1, 2, "##[endgroup]"), log(1, 2, "\u{1b}[2J\u{1b}[31mred"),
            log(1, 2, "1%\r99%"), log(1, 2, "##[warning]old"), event(.annotation(jobID: 1, warning)),
            log(1, 2, "##[error]Process completed with exit code 2."),
            event(
                .annotation(
                    jobID: 1,
                    Annotation(level: .error, message: "Process completed with exit code 2.")
                )
            ),
            event(.stepCompleted(jobID: 1, step(2, "Run make", .failure))),
            event(.stepCompleted(jobID: 1, step(3, "Soft", .success, outcome: .failure))),
            event(.stepCompleted(jobID: 1, step(4, "Later", .skipped))),
            event(.summary(jobID: 1, step: 2, markdown: "# S\n")),
            event(.jobCompleted(job(1, "train", .failure))), event(.jobCompleted(job(2, "deploy", .skipped))),
            event(
                .runCompleted(run(.failure, jobs: [job(1, "train", .failure), job(2, "deploy", .skipped)]))
            ),
        ]
    }
}

/// What a renderer writes to a pipe.
func written(_ make: (Int32) -> any RunRenderer, _ events: [RunEvent]) throws -> String {
    let pipe = Pipe()
    let renderer = make(pipe.fileHandleForWriting.fileDescriptor)
    for event in events { renderer.observe(event) }
    renderer.finish()
    try pipe.fileHandleForWriting.close()
    return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
}
