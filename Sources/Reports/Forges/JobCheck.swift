import Foundation
package import Store

/// The result of a job, as a forge shows it beside a commit.
package struct JobCheck: Sendable {
    /// The most that GitHub takes of a summary, in characters.
    static let summaryLimit = 65_535
    /// How many annotations GitHub takes with one request.
    static let annotationLimit = 50

    /// The workflow's name and the job's.
    package var name: String
    package var sha: String
    package var job: JobRecord
    /// How it went, in one line.
    package var title: String
    /// Markdown.
    package var summary: String
    /// Where the whole summary is, for one that has to be cut.
    package var wholeSummary: String
    /// By which a check run that an earlier try made is known.
    package var key: String
    /// The forge's number of the check run, once it is known.
    package var number: Int64?
    /// Whether an earlier try may have done something that nobody took note of.
    package var mayBeThere: Bool

    package init(
        name: String,
        sha: String,
        job: JobRecord,
        title: String,
        summary: String,
        wholeSummary: String,
        key: String,
        number: Int64? = nil,
        mayBeThere: Bool = false
    ) {
        self.name = name
        self.sha = sha
        self.job = job
        self.title = title
        self.summary = summary
        self.wholeSummary = wholeSummary
        self.key = key
        self.number = number
        self.mayBeThere = mayBeThere
    }

    /// In the words of a commit's status.
    var state: CommitState {
        guard job.status == .completed else { return .pending }
        return switch job.conclusion {
        case .success, .skipped, .neutral: .success
        case .failure, .timedOut, .actionRequired: .failure
        case .cancelled, nil: .error
        }
    }

    /// What is sent, one request after the other: annotations come fifty at a time, and with the last of them the job's end.
    ///
    /// - Parameter known: How many annotations the forge has already. It adds to them.
    func bodies(after known: Int) -> [Body] {
        let annotations = job.status == .completed ? job.annotations.dropFirst(known) : []
        var bodies: [Body] = []
        var rest = annotations
        repeat {
            let part = rest.prefix(Self.annotationLimit)
            rest = rest.dropFirst(Self.annotationLimit)
            bodies.append(body(part.map(CheckAnnotation.init), isLast: rest.isEmpty))
        } while !rest.isEmpty
        return bodies
    }

    private func body(_ annotations: [CheckAnnotation], isLast: Bool) -> Body {
        let isEnd = isLast && job.status == .completed
        let text = CommentText(
            markdown: summary,
            watermark: nil,
            deliveryKey: key,
            wholeReport: wholeSummary,
            limit: Self.summaryLimit
        ).text
        return Body(
            name: name,
            headSha: sha,
            status: isEnd ? "completed" : "in_progress",
            conclusion: isEnd ? job.conclusion?.rawValue : nil,
            externalId: key,
            startedAt: job.startedAt?.formatted(.iso8601),
            completedAt: isEnd ? job.completedAt?.formatted(.iso8601) : nil,
            output: Body.Output(title: title, summary: text, annotations: annotations)
        )
    }

    /// As https://docs.github.com/en/rest/checks/runs has it.
    struct Body: Encodable, Sendable {
        struct Output: Encodable, Sendable {
            var title: String
            var summary: String
            var annotations: [CheckAnnotation]
        }
        var name: String
        var headSha: String
        var status: String
        var conclusion: String?
        var externalId: String
        var startedAt: String?
        var completedAt: String?
        var output: Output
    }
}

/// An annotation in the words of GitHub's checks.
struct CheckAnnotation: Encodable, Sendable, Equatable {
    /// In bytes.
    private static let messageLimit = 64 << 10
    /// In characters.
    private static let titleLimit = 255

    var path: String
    var startLine: Int
    var endLine: Int
    var startColumn: Int?
    var endColumn: Int?
    var annotationLevel: String
    var message: String
    var title: String?

    /// One that names no file is of `.github`, as with GitHub's runner.
    ///
    /// Columns are for places within one line.
    init(_ annotation: Annotation) {
        path = annotation.file.flatMap { $0.isEmpty ? nil : $0 } ?? ".github"
        startLine = max(1, annotation.line ?? 1)
        endLine = max(startLine, annotation.endLine ?? startLine)
        if startLine == endLine, let column = annotation.column, column >= 1 {
            startColumn = column
            endColumn = max(column, annotation.endColumn ?? column)
        }
        annotationLevel = annotation.level == .error ? "failure" : annotation.level.rawValue
        // GitHub takes none that says nothing.
        let words =
            annotation.message.allSatisfy(\.isWhitespace) ? annotation.level.rawValue : annotation.message
        message = String(decoding: words.utf8.prefix(Self.messageLimit - 2), as: UTF8.self)
        title = annotation.title.flatMap { $0.isEmpty ? nil : String($0.prefix(Self.titleLimit)) }
    }
}
