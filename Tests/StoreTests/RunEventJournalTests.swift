import Foundation
import Testing

@testable import Store

@Suite struct RunEventJournalTests {
    private static let time = Date(timeIntervalSinceReferenceDate: 801_234_567.125)
    private static let step = StepRecord(
        number: 3,
        name: "Run \"x\" \\ \n\u{1}é🎬",
        status: .completed,
        conclusion: .success,
        outcome: .failure,
        startedAt: time,
        completedAt: time + 0.25,
        durationMilliseconds: 250,
        logOffset: 12,
        logLength: 34
    )
    private static let annotation = Annotation(
        level: .warning,
        message: "m\tn",
        title: "t",
        file: "a/b.py",
        line: 3,
        endLine: 4,
        column: 5,
        endColumn: 6,
        step: 2
    )

    private static let job = JobRecord(
        id: 7,
        runID: 2,
        key: "build",
        name: "build (a, b)",
        status: .completed,
        conclusion: .cancelled,
        reason: "interrupted",
        outputs: ["a\"b": "c\u{2028}", "d": ""],
        startedAt: time,
        completedAt: time + 1,
        steps: [step, StepRecord(number: 4, name: "")],
        annotations: [annotation, Annotation(level: .error, message: "")]
    )

    private static let events: [RunEvent.What] = [
        .jobStarted(JobRecord(id: 1, runID: 2, key: "k", name: "n")), .jobCompleted(job),
        .stepStarted(jobID: 7, StepRecord(number: 1, name: "Set up job", status: .inProgress)),
        .stepCompleted(jobID: 7, step), .annotation(jobID: 7, annotation),
        .summary(jobID: 7, step: 3, markdown: "# H\n|a|b|\n"),
        .runStarted(
            RunRecord(
                id: 2,
                runNumber: 1,
                name: "w",
                displayTitle: "t",
                path: "p",
                event: "push",
                headSHA: "00",
                createdAt: time,
                repository: "r"
            )
        ),
        .runCompleted(
            RunRecord(
                id: 2,
                runNumber: 1,
                runAttempt: 3,
                name: "w",
                displayTitle: "t \"x\"",
                path: "p",
                event: "workflow_run",
                headSHA: "00",
                headBranch: "main",
                status: .completed,
                conclusion: .failure,
                reason: "interrupted",
                createdAt: time,
                startedAt: time + 1,
                completedAt: time + 2,
                parentRunID: 1,
                repository: "r",
                jobs: [job]
            )
        ),
    ]

    @Test(arguments: events.indices)
    func isReadBackAsItWas(_ index: Int) throws {
        let event = RunEvent(time: Self.time, runID: 2, what: Self.events[index])
        let read = try JSONDecoder().decode(RunEvent.self, from: Data(try event.journalJSON()))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(read) == encoder.encode(event))
    }

    @Test func holdsTheSameFieldsAsAnEncoderWrites() throws {
        for what in Self.events {
            let event = RunEvent(time: Self.time, runID: 2, what: what)
            let written = try JSONSerialization.jsonObject(with: Data(try event.journalJSON()))
            let encoded = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(event))
            let one = try #require(written as? NSDictionary)
            let other = try #require(encoded as? NSDictionary)
            #expect(one == other)
        }
    }
}
