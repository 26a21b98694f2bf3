import Crypto
import Foundation
import Store

/// What marks the processes of one job, so that a later flowrun finds those of a job whose own one died.
enum JobCookie {
    /// The state folder is part of it: runs of another one have the same numbers.
    static func of(run: Int64, job: Int64, home: FlowrunHome) -> String {
        let digest = SHA256.hash(data: Data(home.path.utf8)).prefix(6).hex
        return "flowrun_\(digest)_\(run)_\(job)"
    }
}
