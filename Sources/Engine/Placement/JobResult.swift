import Foundation
import Store

/// How a job ended, as its worker leaves it for whoever asks.
struct JobResult: Codable {
    struct Output: Codable {
        var name: String
        var value: String
    }

    struct Push: Codable {
        var ref: String
        var commit: String
    }

    var conclusion: Conclusion
    var reason: String?
    var outputs: [Output]
    var pushed: [Push]
    var record: JobRecord?

    init(_ ending: JobEnding) {
        conclusion = ending.conclusion
        reason = ending.reason
        outputs = ending.outputs.map { Output(name: $0.name, value: $0.value) }
        pushed = ending.pushed.map { Push(ref: $0.ref, commit: $0.commit) }
        record = ending.record
    }

    var ending: JobEnding {
        JobEnding(
            conclusion: conclusion,
            reason: reason,
            outputs: outputs.map { ($0.name, $0.value) },
            pushed: pushed.map { ($0.ref, $0.commit) },
            record: record
        )
    }

    /// - Returns: nil where there is none.
    static func read(_ path: String) throws -> JobResult? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return try decoder.decode(JobResult.self, from: data)
    }

    /// Writes it whole, or not at all; it is on the disk when this returns.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        try LastingFile.write(try encoder.encode(self), to: path)
    }
}
