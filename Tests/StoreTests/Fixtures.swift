import Foundation

@testable import Store

/// A home of its own, gone with the last one that holds it.
final class TemporaryHome {
    let home = FlowrunHome(path: NSTemporaryDirectory() + "/flowrun-store-\(UUID().uuidString)")

    deinit {
        do {
            try FileManager.default.removeItem(atPath: home.path)
        } catch {
            // A test that made nothing leaves nothing.
        }
    }

    func store(readOnly: Bool = false) throws -> Store { try Store(home: home, readOnly: readOnly) }
}

func newRun(
    _ path: String = "w.yml",
    repository: String = "/r",
    name: String = "W",
    parent: Int64? = nil
) -> NewRun {
    NewRun(
        repository: repository,
        path: path,
        name: name,
        displayTitle: "t",
        event: "push",
        ref: "refs/heads/main",
        headSHA: "c0ffee",
        headBranch: "main",
        payload: "{}",
        workflow: "on: push",
        parentRunID: parent,
        owner: RunOwner(pid: 7, startTime: 70),
        createdAt: Date(timeIntervalSince1970: 1000)
    )
}

extension Store {
    /// A run with two jobs, `build` and `test`.
    func runWithJobs() throws -> (run: Int64, build: Int64, test: Int64) {
        let run = try createRun(newRun()).id
        let jobs = try allocateJobs(
            runID: run,
            [NewJob(key: "build", name: "build"), NewJob(key: "test", name: "test (1)")]
        )
        return (run, jobs[0], jobs[1])
    }
}

/// Events of one run, a second apart.
struct Script {
    var run: Int64
    private(set) var events: [RunEvent] = []

    init(run: Int64) { self.run = run }

    mutating func add(_ what: RunEvent.What...) {
        for one in what {
            let time = Date(timeIntervalSince1970: 2000.123_456 + Double(events.count))
            events.append(RunEvent(time: time, runID: run, what: one))
        }
    }
}

/// All that happens in a run whose first job fails and whose second is skipped.
func script(run: RunRecord, build: Int64, test: Int64) -> Script {
    var script = Script(run: run.id)
    let done = StepRecord(
        number: 2,
        name: "Run make",
        status: .completed,
        conclusion: .success,
        outcome: .failure,
        durationMilliseconds: 1500,
        logOffset: 10,
        logLength: 20
    )
    let note = Annotation(level: .error, message: "bad", file: "a.py", line: 3, step: 2)
    let built = JobRecord(
        id: build,
        runID: run.id,
        key: "build",
        name: "build",
        status: .completed,
        conclusion: .failure,
        outputs: ["a": "1"],
        steps: [],
        annotations: [note, note]
    )
    let skipped = JobRecord(
        id: test,
        runID: run.id,
        key: "test",
        name: "test (1)",
        status: .completed,
        conclusion: .skipped
    )
    var ended = run
    ended.status = .completed
    ended.conclusion = .failure
    ended.jobs = [built, skipped]
    script.add(
        .runStarted(run),
        .jobStarted(JobRecord(id: build, runID: run.id, key: "build", name: "build")),
        .stepStarted(jobID: build, StepRecord(number: 2, name: "Run make")),
        .log(jobID: build, step: 2, lines: Array("out".utf8)),
        .annotation(jobID: build, note),
        .summary(jobID: build, step: 2, markdown: "# Sum"),
        .stepCompleted(jobID: build, done),
        .jobCompleted(built),
        .runCompleted(ended)
    )
    return script
}
