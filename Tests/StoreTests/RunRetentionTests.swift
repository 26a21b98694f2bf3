import Foundation
import Testing

@testable import Store

struct RunRetentionTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    /// Runs 5 to 1, a day apart; the third goes on, the last two are of another workflow.
    private var runs: [RunRecord] {
        (0..<5).map { index in
            var run = RunRecord(
                id: Int64(5 - index),
                runNumber: 5 - index,
                runAttempt: 1,
                name: "w",
                displayTitle: "t",
                path: index < 3 ? "a.yml" : "b.yml",
                event: "push",
                headSHA: "",
                headBranch: nil,
                createdAt: now - TimeInterval(index) * 86_400,
                parentRunID: nil,
                repository: "/r"
            )
            run.status = index == 2 ? .inProgress : .completed
            return run
        }
    }

    @Test(arguments: [
        (RunRetention(age: 86_400), [1, 2]), (RunRetention(age: 0), [1, 2, 4]),
        (RunRetention(count: 1), [1, 4]),
        (RunRetention(count: 0), [1, 2, 4, 5]), (RunRetention(size: 250), [1, 2]),
        (RunRetention(size: 0), [1, 2, 4, 5]),
        (RunRetention(age: 3 * 86_400, count: 1, size: 100), [1, 2, 4]), (RunRetention(), []),
        (RunRetention(size: 10_000), []),
    ])
    func whatIsBeyondALimitGoes(_ limits: RunRetention, _ gone: [Int64]) {
        #expect(limits.superfluous(of: runs, at: now) { _ in 100 }.map(\.id) == gone)
    }

    @Test func attemptsOfOneRunGoTogether() {
        var runs = runs
        runs[0].runNumber = 4  // the next attempt of run 4
        runs[0].runAttempt = 2
        let gone = RunRetention(count: 0).superfluous(of: runs, at: now) { _ in 1 }
        #expect(gone.map(\.id) == [1, 2, 4, 5])
        #expect(RunRetention(count: 1).superfluous(of: runs, at: now) { _ in 1 }.map(\.id) == [1])
        #expect(RunRetention(age: 3600).superfluous(of: runs, at: now) { _ in 1 }.map(\.id) == [1, 2])
        runs[0].status = .inProgress
        #expect(RunRetention(count: 0).superfluous(of: runs, at: now) { _ in 1 }.map(\.id) == [1, 2])
    }

    @Test func aRemovedRunLeavesNothing() throws {
        let place = TemporaryHome()
        let store = try place.store()
        let (id, _, _) = try store.runWithJobs()
        try place.home.make(place.home.run(id))
        try Data("log".utf8).write(to: URL(fileURLWithPath: place.home.run(id) + "/1.log"))
        #expect(try store.size(ofRun: id) > 0)
        let half = try store.createRun(newRun()).id
        try place.home.make(place.home.run(half))
        try store.deleteRun(half)
        // Of a run that the store has lost.
        try place.home.make(place.home.run(77))
        try store.removeRun(id)
        #expect(try store.run(id) == nil)
        #expect(throws: StoreError.self) { try store.removeRun(id) }
        try store.removeStrayFolders()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.home.runs) == ["77"])
    }
}
