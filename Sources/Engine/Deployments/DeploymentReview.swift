import Foundation
package import Store

/// The review of a job that waits for its environment: files in the run's folder, so that any process of this machine can
/// ask and answer, and that a wait outlives the process that waits.
package struct DeploymentReview: Sendable {
    package enum Answer: Sendable, Equatable {
        case approved(by: String)
        case rejected(by: String)
    }

    /// A job that waits for an answer.
    package struct Request: Sendable {
        package var job: Int64
        package var environment: String
    }

    private let folder: String

    package init(run: Int64, home: FlowrunHome) { folder = home.run(run) }

    private func waitingPath(_ job: Int64) -> String { "\(folder)/\(job).waiting" }
    private func answerPath(_ job: Int64) -> String { "\(folder)/\(job).review" }

    /// Says that a job waits; one that waited before has waited since then.
    ///
    /// - Returns: Since when.
    func begin(_ job: Int64, for environment: String, asks: Bool) throws -> Date {
        let path = waitingPath(job)
        var facts = stat()
        if stat(path, &facts) != 0 {
            try JobFolders.make(folder)
            try LastingFile.write(Data("\(asks ? "approval" : "time") \(environment)".utf8), to: path)
            return Date()
        }
        return Date(timeIntervalSince1970: TimeInterval(facts.st_mtim.tv_sec))
    }

    func end(_ job: Int64) { unlink(waitingPath(job)) }

    func answer(to job: Int64) -> Answer? {
        let words =
            PlainFile.text(of: answerPath(job))?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
        guard words.count == 2 else { return nil }
        return words[0] == "approved" ? .approved(by: words[1]) : .rejected(by: words[1])
    }

    /// The jobs that wait for somebody's answer.
    package func requests() -> [Request] {
        (FolderNames.of(folder) ?? []).filter { $0.hasSuffix(".waiting") }.compactMap { name in
            guard let job = Int64(name.dropLast(8)), let text = PlainFile.text(of: "\(folder)/\(name)"),
                text.hasPrefix("approval "), answer(to: job) == nil
            else { return nil }
            return Request(job: job, environment: String(text.dropFirst(9)))
        }.sorted { $0.job < $1.job }
    }

    package func give(_ answer: Answer, to job: Int64) throws {
        let words =
            switch answer {
            case .approved(let person): "approved \(person)"
            case .rejected(let person): "rejected \(person)"
            }
        try LastingFile.write(Data(words.utf8), to: answerPath(job))
    }
}
