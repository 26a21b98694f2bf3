import Foundation
import Reports

/// A report that a step left for its run to take up: a folder with the report and `report.json` beside it.
struct SpooledReport: Codable {
    var watermarkTitle: String
    var sha: String
    /// What it is about: `commit/<sha>`, `pr/7`, `issue/3`.
    var target: String
    /// Where it was posted too.
    var url: String?

    private static let factsName = "report.json"

    /// Writes a report into a folder of its own: the one with the same watermark where it is an update, else a new one.
    static func leave(
        _ report: PreparedReport,
        as spooled: SpooledReport,
        in spool: String,
        facts: ReportFacts,
        updates: Bool
    ) throws -> ReportFolder {
        let path =
            try updates ? earlier(like: spooled, in: spool) ?? newFolder(in: spool) : newFolder(in: spool)
        let folder = ReportFolder(path: path)
        try folder.write(markdown: report.markdown, facts: facts, images: report.files)
        // Last, by rename: a report counts once this is there.
        let data = try JSONEncoder().encode(spooled)
        let fresh = "\(path)/\(factsName).\(UUID().uuidString)"
        try data.write(to: URL(fileURLWithPath: fresh))
        guard rename(fresh, "\(path)/\(factsName)") == 0 else {
            throw CommandEnd(.broken, "error: `\(path)`: \(String(cString: strerror(errno)))")
        }
        return folder
    }

    /// All reports of a spool, in the order in which they were made.
    static func all(in spool: String) throws -> [(path: String, report: SpooledReport, changed: Date)] {
        guard FileManager.default.fileExists(atPath: spool) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: spool).compactMap { Int($0) }.sorted()
        return try names.compactMap { name in
            let facts = "\(spool)/\(name)/\(factsName)"
            guard let data = FileManager.default.contents(atPath: facts) else { return nil }
            let changed = try FileManager.default.attributesOfItem(atPath: facts)[.modificationDate] as? Date
            return (
                "\(spool)/\(name)", try JSONDecoder().decode(SpooledReport.self, from: data),
                changed ?? .distantPast
            )
        }
    }

    private static func earlier(like wanted: SpooledReport, in spool: String) throws -> String? {
        try all(in: spool).last {
            $0.report.watermarkTitle == wanted.watermarkTitle && $0.report.target == wanted.target
        }?.path
    }

    private static func newFolder(in spool: String) throws -> String {
        try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
        var number =
            (try FileManager.default.contentsOfDirectory(atPath: spool).compactMap { Int($0) }.max() ?? 0) + 1
        // Steps of several jobs may make one at the same time.
        while mkdir("\(spool)/\(number)", 0o700) != 0 {
            guard errno == EEXIST else {
                throw CommandEnd(.broken, "error: `\(spool)`: \(String(cString: strerror(errno)))")
            }
            number += 1
        }
        return "\(spool)/\(number)"
    }
}
