import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct OpeningTests {
    private let place = TemporaryHome()

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func foldersAndFilesAreForTheUserAlone() throws {
        let store = try place.store()
        _ = try store.createRun(newRun())
        #expect(try mode(place.home.path) == 0o700)
        #expect(try mode(place.home.store) == 0o700)
        for file in ["flowrun.db", "flowrun.db-wal", "write.lock"] {
            #expect(try mode(place.home.store + "/" + file) == 0o600, "\(file)")
        }
    }

    @Test(arguments: [
        (["FLOWRUN_HOME": "/h", "XDG_STATE_HOME": "/x", "HOME": "/u"], "/h"),
        (["FLOWRUN_HOME": "", "XDG_STATE_HOME": "/x", "HOME": "/u"], "/x/flowrun"),
        (["XDG_STATE_HOME": "x", "HOME": "/u"], "/u/.local/state/flowrun"),
        (["HOME": "/u"], "/u/.local/state/flowrun"),
    ])
    func homeIsWhereTheEnvironmentSays(environment: [String: String], path: String) {
        #expect(FlowrunHome(environment: environment).path == path)
    }

    @Test func aMarkDiffersOnceSomethingWasWrittenByWhomever() throws {
        let store = try place.store()
        let other = try place.store()
        let run = try store.runWithJobs().run
        var mark = try store.mark()
        func isNew() throws -> Bool {
            defer { mark = (try? store.mark()) ?? mark }
            return try store.mark() != mark
        }
        #expect(try !isNew())
        _ = try other.run(run)
        #expect(try !isNew(), "reading is no writing")
        _ = try other.createRun(newRun())
        #expect(try isNew())
        #expect(try !isNew())
        _ = try store.createRun(newRun())
        #expect(try isNew())
        #expect(try !isNew())
    }

    @Test func aStoreThatIsNotThereReadsAsEmptyAndIsNotMade() throws {
        let store = try place.store(readOnly: true)
        #expect(try store.runs(limit: 1).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: place.home.path))
        let error = try #require(throws: StoreError.self) { try store.createRun(newRun()) }
        #expect(error.reason == .readOnly)
    }

    @Test func readersSeeWhatIsCommitted() throws {
        let writer = try place.store()
        let reader = try place.store(readOnly: true)
        let run = try writer.createRun(newRun())
        #expect(try reader.run(run.id) == run)
    }

    @Test func readersLeaveNothingBehind() throws {
        let run = try place.store().createRun(newRun())
        let files = try FileManager.default.contentsOfDirectory(atPath: place.home.store).sorted()
        let content = FileManager.default.contents(atPath: place.home.store + "/flowrun.db")
        do {
            let reader = try place.store(readOnly: true)
            #expect(try reader.run(run.id) == run)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.home.store).sorted() == files)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.home.store).sorted() == files)
        #expect(FileManager.default.contents(atPath: place.home.store + "/flowrun.db") == content)
        // Writers go on where the reader has gone.
        #expect(try place.store().createRun(newRun()).id == run.id + 1)
    }

    @Test func commitsWaitForTheDiskAndTheLogIsAheadOfTheDatabase() throws {
        let store = try place.store()
        _ = try store.createRun(newRun())  // which waits for its jobs
        let modes = try store.write { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode")
            )
        }
        #expect(modes.0 == 2)
        #expect(modes.1 == "wal")
    }

    @Test func checksOfWordsAreComparisonsAndHold() throws {
        let store = try place.store()
        let run = try store.createRun(newRun())
        let tables = try store.read { db in
            try String.fetchAll(db, sql: "SELECT sql FROM sqlite_schema WHERE sql LIKE '%CHECK%'")
        }
        #expect(tables.count > 5)
        #expect(!tables.contains { $0.contains(" IN (") })
        let error = try #require(throws: StoreError.self) {
            try store.write { db in
                try db.execute(sql: "UPDATE runs SET status = 'asleep' WHERE id = ?", arguments: [run.id])
            }
        }
        #expect("\(error)".contains("|queued|in_progress|completed|"))
    }

    @Test func storesOfALaterVersionAreRefused() throws {
        let path = try place.store().path
        try DatabaseQueue(path: path).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA user_version = 99")
        }
        for readOnly in [true, false] {
            let error = try #require(throws: StoreError.self) { try place.store(readOnly: readOnly) }
            #expect(error.reason == .newerSchema(found: 99, known: Schema.version))
        }
    }

    @Test func damagedStoresAreNamed() throws {
        let path = try place.store().path
        try Data(repeating: 0x2a, count: 8192).write(to: URL(fileURLWithPath: path))
        for readOnly in [true, false] {
            let error = try #require(throws: StoreError.self) { try place.store(readOnly: readOnly) }
            #expect(error.reason == .damaged)
            #expect(error.description.contains(path))
        }
    }

    @Test func aFileInTheWayIsNamed() throws {
        try place.home.make(place.home.path)
        try Data().write(to: URL(fileURLWithPath: place.home.store))
        let error = try #require(throws: StoreError.self) { try place.store() }
        #expect(error.reason == .notAllowed)
        #expect(error.subject.hasPrefix(place.home.store))
    }

    @Test func aWriteAheadLogThatWasCutIsAPrefix() throws {
        let store = try place.store()
        for _ in 1...5 { _ = try store.createRun(newRun()) }
        let log = try Data(contentsOf: URL(fileURLWithPath: store.path + "-wal"))
        let database = try Data(contentsOf: URL(fileURLWithPath: store.path))
        for length in stride(from: 0, to: log.count, by: max(1, log.count / 17)) {
            let other = TemporaryHome()
            try other.home.make(other.home.store)
            let path = other.home.store + "/flowrun.db"
            try database.write(to: URL(fileURLWithPath: path))
            try log.prefix(length).write(to: URL(fileURLWithPath: path + "-wal"))
            let runs = try other.store().runs(limit: 9).map(\.runNumber)
            #expect(runs == Array((1...5).prefix(runs.count).reversed()))
        }
    }

    @Test func storesOfOneHomeWriteOneAtATime() async throws {
        let home = place.home
        _ = try place.store()
        try await withThrowingTaskGroup { group in
            for _ in 1...4 {
                group.addTask {
                    for _ in 1...10 {
                        let store = try Store(home: home)
                        for _ in 1...3 { _ = try store.createRun(newRun()) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try place.store()
        #expect(try store.runs(limit: 1000).map(\.runNumber) == (1...120).reversed())
        #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test func firstOpeningsAtOnceMakeOneStore() async throws {
        let home = place.home
        try await withThrowingTaskGroup { group in
            for _ in 1...8 {
                group.addTask { _ = try Store(home: home).createRun(newRun()) }
            }
            try await group.waitForAll()
        }
        #expect(try place.store().runs(limit: 99).count == 8)
    }

    @Test func openingTakesMilliseconds() throws {
        _ = try place.store().createRun(newRun())
        for readOnly in [true, false] {
            let times = try (1...10).map { _ in
                try ContinuousClock().measure { _ = try place.store(readOnly: readOnly).runs(limit: 1) }
            }
            #expect(try #require(times.min()) < .milliseconds(50))
        }
    }
}
