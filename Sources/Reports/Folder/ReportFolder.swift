import Foundation

/// Where a report is kept: `report.md`, `report.html` (one file, images inside) and `images/`.
package struct ReportFolder: Sendable, Equatable {
    package let path: String

    package init(path: String) { self.path = path }

    package var markdownPath: String { path + "/report.md" }
    package var pagePath: String { path + "/report.html" }

    /// Writes a report, in place of one that is there.
    ///
    /// Each file appears whole, the texts after their images, so that
    /// a reader never meets a report without what it shows.
    package func write(markdown: String, facts: ReportFacts, images: [ReportImage]) throws(ReportsError) {
        try makeFolder(path)
        if !images.isEmpty { try makeFolder(path + "/images") }
        for image in images { try write(image.bytes, to: image.path) }
        let page = ReportPage(facts: facts, markdown: markdown, images: images)
        try write(Data(page.html.utf8), to: "report.html")
        try write(Data(markdown.utf8), to: "report.md")
    }

    private func makeFolder(_ path: String) throws(ReportsError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ReportsError(
                .file(path: path, problem: "the folder cannot be made: \(error.localizedDescription)")
            )
        }
    }

    /// Writes beside the file and renames, so that it is there whole or not at all.
    private func write(_ bytes: Data, to name: String) throws(ReportsError) {
        let target = path + "/" + name
        let part = target + ".part-\(UUID().uuidString)"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem(target, errno) }
        var failure = store(bytes, in: file)
        if failure == 0, fsync(file) != 0 { failure = errno }
        if close(file) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(part, target) != 0 { failure = errno }
        if failure != 0 {
            unlink(part)
            throw problem(target, failure)
        }
    }

    /// Writes all of it; gives the error number, or 0.
    private func store(_ bytes: Data, in file: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    file,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    private func problem(_ path: String, _ code: Int32) -> ReportsError {
        ReportsError(.file(path: path, problem: String(cString: strerror(code))))
    }
}
