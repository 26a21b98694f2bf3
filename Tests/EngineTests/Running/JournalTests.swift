import Foundation
import Store
import Testing

@testable import Engine

struct JournalTests {
    private func withJournal(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder + "/1.journal")
    }

    private func event(_ number: Int) -> RunEvent {
        let step = StepRecord(number: number, name: "step \(number)", status: .completed)
        return RunEvent(
            time: Date(timeIntervalSince1970: 1000),
            runID: 1,
            what: .stepCompleted(jobID: 1, step)
        )
    }

    private func numbers(_ events: [RunEvent]) -> [Int] {
        events.compactMap { event in
            if case .stepCompleted(_, let step) = event.what { step.number } else { nil }
        }
    }

    @Test func givesBackWhatWasAppended() throws {
        try withJournal { path in
            let journal = try Journal(creating: path)
            for number in 1...3 { try journal.append(event(number)) }
            #expect(numbers(try Journal.events(at: path)) == [1, 2, 3])
        }
    }

    @Test func everyCutGivesAPrefix() throws {
        try withJournal { path in
            let journal = try Journal(creating: path)
            for number in 1...3 { try journal.append(event(number)) }
            let whole = try #require(FileManager.default.contents(atPath: path))
            for length in stride(from: 0, through: whole.count, by: 7) {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                let found = numbers(try Journal.events(at: path))
                #expect(found == Array([1, 2, 3].prefix(found.count)))
            }
        }
    }

    @Test func aChangedByteEndsTheJournal() throws {
        try withJournal { path in
            let journal = try Journal(creating: path)
            for number in 1...2 { try journal.append(event(number)) }
            var bytes = try #require(FileManager.default.contents(atPath: path))
            bytes[bytes.count - 3] ^= 0xff
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(numbers(try Journal.events(at: path)) == [1])
        }
    }

    @Test func thereMayBeNone() throws {
        #expect(try Journal.events(at: "/nonexistent/journal").isEmpty)
    }
}
