package import Foundation

/// A report that is to be kept: Markdown that a job posted, as `cml comment create` does.
package struct NewReport: Sendable {
    package var runID: Int64
    package var jobID: Int64?
    /// The title of its watermark, by which `update` finds it again; empty where it has none.
    package var watermark: String
    package var commitSHA: String
    /// What it is posted to: `commit/<sha>`, `pr/7`, `issue/3`.
    package var target: String
    package var markdown: String
    /// Where its images lie on this machine.
    package var folder: String
    package var url: String?
    package var createdAt: Date

    package init(
        runID: Int64,
        jobID: Int64? = nil,
        watermark: String = "",
        commitSHA: String,
        target: String,
        markdown: String,
        folder: String,
        url: String? = nil,
        createdAt: Date = Date()
    ) {
        self.runID = runID
        self.jobID = jobID
        self.watermark = watermark
        self.commitSHA = commitSHA
        self.target = target
        self.markdown = markdown
        self.folder = folder
        self.url = url
        self.createdAt = createdAt
    }
}

/// A report that is kept.
package struct ReportRecord: Sendable, Codable, Equatable {
    package var id: Int64
    package var runID: Int64
    package var jobID: Int64?
    package var createdAt: Date
    package var updatedAt: Date
    package var watermark: String
    package var commitSHA: String
    package var target: String
    package var markdown: String
    package var folder: String
    package var url: String?

    enum CodingKeys: String, CodingKey {
        case id, watermark, target, markdown, folder, url
        case runID = "run_id"
        case jobID = "job_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case commitSHA = "commit_sha"
    }
}

/// A number that a run gave, by name: a score, a loss.
package struct Metric: Sendable, Codable, Equatable {
    package var name: String
    package var value: Double

    package init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// A metric of one run among others.
package struct MetricPoint: Sendable, Codable, Equatable {
    package var runID: Int64
    package var runNumber: Int
    package var headSHA: String
    package var createdAt: Date
    package var value: Double

    enum CodingKeys: String, CodingKey {
        case value
        case runID = "run_id"
        case runNumber = "run_number"
        case headSHA = "head_sha"
        case createdAt = "created_at"
    }
}
