import Foundation
import Testing

@testable import Store

@Suite struct RunsTests {
    private let place = TemporaryHome()

    @Test func numbersCountTheRunsOfOneWorkflowInOneRepository() throws {
        let store = try place.store()
        let runs = [newRun(), newRun(), newRun("v.yml"), newRun(repository: "/s"), newRun()]
        #expect(try runs.map { try store.createRun($0).runNumber } == [1, 2, 1, 1, 3])
        #expect(try store.runs(limit: 10).map(\.id) == [5, 4, 3, 2, 1])
    }

    @Test func deletedRunsLeaveTheirNumberTaken() throws {
        let store = try place.store()
        let run = try store.createRun(newRun())
        let child = try store.createRun(newRun("v.yml", parent: run.id))
        try store.deleteRun(run.id)
        #expect(try store.run(run.id) == nil)
        #expect(try store.run(child.id)?.parentRunID == nil)
        let next = try store.createRun(newRun())
        #expect(next.runNumber == 2)
        #expect(next.id == child.id + 1)
    }

    @Test func newRunsAreQueuedAndKeepWhatTheyWereMadeOf() throws {
        let store = try place.store()
        let run = try store.createRun(newRun())
        #expect(run.status == .queued)
        #expect(run.runAttempt == 1)
        #expect(run.createdAt == Date(timeIntervalSince1970: 1000))
        #expect(try store.run(run.id) == run)
        let source = try #require(try store.source(of: run.id))
        #expect(source.workflow == "on: push")
        #expect(source.ref == "refs/heads/main")
    }

    @Test func runsAreListedByRepositoryAndWorkflowPageByPage() throws {
        let store = try place.store()
        for _ in 1...3 { _ = try store.createRun(newRun(name: "Train")) }
        _ = try store.createRun(newRun("v.yml", repository: "/s"))
        #expect(try store.runs(RunFilter(repository: "/r"), limit: 2).map(\.id) == [3, 2])
        #expect(try store.runs(RunFilter(repository: "/r"), limit: 2, before: 2).map(\.id) == [1])
        #expect(try store.runs(RunFilter(workflow: "Train"), limit: 9).count == 3)
        #expect(try store.runs(RunFilter(workflow: "v.yml"), limit: 9).map(\.id) == [4])
        #expect(try store.runs(RunFilter(repository: "/s", workflow: "Train"), limit: 9).isEmpty)
    }

    @Test func eventsMakeTheRecord() throws {
        let store = try place.store()
        let (id, build, test) = try store.runWithJobs()
        let run = try #require(try store.run(id))
        try store.fold(script(run: run, build: build, test: test).events)
        let record = try #require(try store.run(id))
        #expect(record.conclusion == .failure)
        #expect(record.startedAt == Date(timeIntervalSince1970: 2000.123))
        #expect(record.jobs.map(\.conclusion) == [.failure, .skipped])
        #expect(record.jobs[0].outputs == ["a": "1"])
        #expect(record.jobs[0].annotations.count == 2)
        let step = try #require(record.jobs[0].steps.first)
        #expect((step.number, step.conclusion, step.outcome) == (2, .success, .failure))
        #expect((step.durationMilliseconds, step.logOffset, step.logLength) == (1500, 10, 20))
        #expect(step.startedAt == Date(timeIntervalSince1970: 2002.123))
        #expect(try store.summaries(id).map(\.markdown) == ["# Sum"])
    }

    /// For every cut: what was folded up to there, then the whole journal again.
    @Test func eventsThatAreThereAlreadyChangeNothing() throws {
        let whole = try place.store()
        let (id, build, test) = try whole.runWithJobs()
        let run = try #require(try whole.run(id))
        let events = script(run: run, build: build, test: test).events
        try whole.fold(events)
        let expected = try whole.run(id)
        for cut in events.indices {
            let other = TemporaryHome()
            let store = try other.store()
            _ = try store.runWithJobs()
            try store.fold(Array(events[..<cut]))
            let before = try store.run(id)
            try store.fold(Array(events[..<cut]))
            #expect(try store.run(id) == before)
            try store.fold(events)
            #expect(try store.run(id) == expected)
        }
    }

    @Test func settledRunsFailWhatHadNotEndedAndKeepWhatHad() throws {
        let store = try place.store()
        let (id, build, test) = try store.runWithJobs()
        var script = Script(run: id)
        let built = JobRecord(
            id: build,
            runID: id,
            key: "build",
            name: "build",
            status: .completed,
            conclusion: .success
        )
        script.add(
            .runStarted(try #require(try store.run(id))),
            .jobCompleted(built),
            .jobStarted(JobRecord(id: test, runID: id, key: "test", name: "test (1)")),
            .stepCompleted(
                jobID: test,
                StepRecord(number: 1, name: "Set up job", conclusion: .success, outcome: .success)
            ),
            .stepStarted(jobID: test, StepRecord(number: 2, name: "Run x"))
        )
        try store.fold(script.events)
        let unfinished = try store.unfinishedRuns()
        #expect(unfinished.map(\.record.id) == [id])
        #expect(unfinished[0].owner == RunOwner(pid: 7, startTime: 70))

        #expect(try store.settle(run: id, reason: "worker-lost"))
        let record = try #require(try store.run(id))
        #expect((record.conclusion, record.reason) == (.failure, "worker-lost"))
        #expect(record.jobs.map(\.conclusion) == [.success, .failure])
        #expect(record.jobs.map(\.reason) == [nil, "worker-lost"])
        #expect(record.jobs[1].steps.map(\.conclusion) == [.success, .failure])
        #expect(try store.unfinishedRuns().isEmpty)

        // A second word on how it ended comes too late.
        #expect(try !store.settle(run: id, reason: "again"))
        var ended = record
        ended.conclusion = .success
        try store.fold([RunEvent(time: Date(), runID: id, what: .runCompleted(ended))])
        #expect(try store.run(id) == record)
    }

    @Test("A6: files of a run that the store has lost are moved aside for a new run with its number")
    func filesOfALostRunStay() throws {
        let store = try place.store()
        try place.home.make(place.home.run(1))
        try "of another".write(toFile: place.home.run(1) + "/1.log", atomically: true, encoding: .utf8)
        #expect(try store.createRun(newRun()).id == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.home.runs)
        let name = try #require(names.first)
        #expect(names.count == 1 && name.hasPrefix("1.lost-"), "\(names)")
        let kept = try String(contentsOfFile: "\(place.home.runs)/\(name)/1.log", encoding: .utf8)
        #expect(kept == "of another")
    }

    @Test("A4: steps end with their job, also where the word of its end knows nothing of them")
    func stepsEndWithTheirJob() throws {
        let store = try place.store()
        let (id, build, _) = try store.runWithJobs()
        var script = Script(run: id)
        var lost = JobRecord(id: build, runID: id, key: "build", name: "build")
        script.add(
            .jobStarted(lost),
            .stepCompleted(
                jobID: build,
                StepRecord(number: 1, name: "Set up", conclusion: .success, outcome: .success)
            ),
            .stepStarted(jobID: build, StepRecord(number: 2, name: "Run x"))
        )
        try store.fold(script.events)
        lost.status = .completed
        lost.conclusion = .failure
        try store.fold([RunEvent(time: Date(), runID: id, what: .jobCompleted(lost))])
        let steps = try #require(try store.run(id)).jobs[0].steps
        #expect(steps.map(\.status) == [.completed, .completed])
        #expect(steps.map(\.conclusion) == [.success, .failure])
        #expect(steps[1].outcome == .failure && steps[1].completedAt != nil)
    }

    @Test func eventsOfWhatIsNotThereAreRefusedWhole() throws {
        let store = try place.store()
        let (id, build, _) = try store.runWithJobs()
        let events: [RunEvent.What] = [
            .jobStarted(JobRecord(id: build, runID: id, key: "build", name: "build")),
            .stepStarted(jobID: 99, StepRecord(number: 1, name: "x")),
        ]
        let error = try #require(throws: StoreError.self) {
            try store.fold(events.map { RunEvent(time: Date(), runID: id, what: $0) })
        }
        #expect(error.reason == .noSuchJob(99))
        #expect(try store.run(id)?.jobs[0].status == .queued)
    }

    @Test func theSchemaRefusesRowsThatContradictThemselves() throws {
        let store = try place.store()
        let (id, build, _) = try store.runWithJobs()
        let endless = JobRecord(id: build, runID: id, key: "build", name: "build", status: .completed)
        let error = try #require(throws: StoreError.self) {
            try store.fold([RunEvent(time: Date(), runID: id, what: .jobCompleted(endless))])
        }
        #expect(error.reason == .refused)
    }
}
