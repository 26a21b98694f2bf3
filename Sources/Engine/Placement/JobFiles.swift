import Foundation
import Store

/// The files by which a job's worker and the process that placed it speak to each other, in the run's folder.
///
/// They outlive both: whoever comes later finds out from them how things stand.
struct JobFiles: Sendable {
    private let base: String

    init(run: Int64, job: Int64, home: FlowrunHome) { base = "\(home.run(run))/\(job)" }

    /// What the worker is to do, sealed; the worker removes it once it is read.
    var order: String { base + ".order" }
    /// Who works, locked as long as that one lives: its process id.
    var worker: String { base + ".worker" }
    var journal: String { base + ".journal" }
    var log: String { base + ".log" }
    /// How the job ended, whole or not there: the last that the worker writes.
    var result: String { base + ".result" }
    /// What the worker itself says beside the job's log, such as why it could not begin.
    var words: String { base + ".errors" }
    /// The wish that the job ends GitHub's way, with the reason.
    var cancel: String { base + ".cancel" }
    /// The wish that it ends at once.
    var force: String { base + ".cancel-now" }
}

extension JobFiles {
    /// Removes what workers and those who placed them needed, once a run has ended: journals and logs stay.
    static func clear(run: Int64, home: FlowrunHome) {
        let folder = home.run(run)
        let ends = [".order", ".worker", ".result", ".cancel", ".cancel-now"]
        for name in FolderNames.of(folder) ?? [] where ends.contains(where: name.hasSuffix) {
            unlink("\(folder)/\(name)")
        }
        for name in FolderNames.of(folder) ?? [] where name.hasSuffix(".errors") {
            var facts = stat()
            if stat("\(folder)/\(name)", &facts) == 0, facts.st_size == 0 { unlink("\(folder)/\(name)") }
        }
    }
}
