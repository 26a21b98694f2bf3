import Foundation
import Testing

@testable import Store

@Suite struct StoreObserverTests {
    private let place = TemporaryHome()

    @Test func whatIsObservedIsSavedInOrder() throws {
        let store = try place.store()
        let (id, build, test) = try store.runWithJobs()
        let observer = StoreObserver(store)
        let run = try #require(try store.run(id))
        for event in script(run: run, build: build, test: test).events { observer.observe(event) }
        try observer.flush()
        #expect(try store.run(id)?.jobs.map(\.conclusion) == [.failure, .skipped])
        try observer.flush()
    }

    @Test func aRefusedEventKeepsNoOtherOneBack() throws {
        let store = try place.store()
        let (id, build, test) = try store.runWithJobs()
        let observer = StoreObserver(store)
        observer.observe(
            RunEvent(time: Date(), runID: id, what: .stepStarted(jobID: 99, StepRecord(number: 1, name: "x")))
        )
        let run = try #require(try store.run(id))
        for event in script(run: run, build: build, test: test).events { observer.observe(event) }
        let error = try #require(throws: StoreError.self) { try observer.flush() }
        #expect(error.reason == .noSuchJob(99))
        #expect(try store.run(id)?.status == .completed)
        try observer.flush()
    }

    @Test func aFullDiskIsToldAndWhatWasObservedIsSavedOnceThereIsRoom() throws {
        let store = try place.store()
        let (id, build, test) = try store.runWithJobs()
        let run = try #require(try store.run(id))
        let pages = try store.limitPages()
        let observer = StoreObserver(store)
        for event in script(run: run, build: build, test: test).events { observer.observe(event) }
        let big = String(repeating: "x", count: 1 << 20)
        observer.observe(
            RunEvent(time: Date(), runID: id, what: .summary(jobID: build, step: 3, markdown: big))
        )
        let error = try #require(throws: StoreError.self) { try observer.flush() }
        #expect(error.reason == .diskFull)
        #expect(error.description.hasPrefix("the disk is full: "))
        try store.limitPages(to: pages + 10_000)
        try observer.flush()
        #expect(try store.run(id)?.status == .completed)
        #expect(try store.summaries(id).count == 2)
    }
}

extension Store {
    /// Lets the database grow to so many pages: by default to what it has.
    @discardableResult
    fileprivate func limitPages(to count: Int? = nil) throws -> Int {
        try write { db in
            let pages = try count ?? Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            return pages
        }
    }
}
