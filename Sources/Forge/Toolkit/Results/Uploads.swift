import Foundation
import Store
import Synchronization

/// What the jobs of this process are sending, until it is part of the store.
final class Uploads: Sendable {
    /// What bytes are to become.
    enum Purpose: Hashable, Sendable {
        case artifact(run: Int64, name: String)
        case cache(repository: String, scope: String, key: String, version: String)
    }

    struct Upload: Sendable {
        let id: String
        let number: Int
        let job: Int64
        let purpose: Purpose
        let blob: IncomingBlob
        /// What else its client said when it began.
        var details = Details()
    }

    struct Details: Sendable {
        var contentType: String?
        var expiresAt: Date?
    }

    private let incoming: IncomingBlobs
    private let state = Mutex((last: 0, uploads: [Upload]()))

    init(_ incoming: IncomingBlobs) { self.incoming = incoming }

    /// Makes a place for bytes.
    ///
    /// A job that begins the same again starts anew; where another job is at it, that job goes first.
    func begin(_ purpose: Purpose, job: Int64, details: Details = Details()) throws -> Upload {
        let blob = try incoming.upload()
        return try state.withLock { state in
            if state.uploads.contains(where: { $0.purpose == purpose && $0.job != job }) {
                throw ToolkitFault(.alreadyThere, "another job is uploading this at the moment")
            }
            state.last += 1
            let upload = Upload(
                id: UUID().uuidString.lowercased(),
                number: state.last,
                job: job,
                purpose: purpose,
                blob: blob,
                details: details
            )
            state.uploads.removeAll { $0.purpose == purpose }
            state.uploads.append(upload)
            return upload
        }
    }

    func upload(_ id: String) -> Upload? { state.withLock { $0.uploads.first { $0.id == id } } }

    func upload(number: Int, job: Int64) -> Upload? {
        state.withLock { $0.uploads.first { $0.number == number && $0.job == job } }
    }

    /// Gives what a job has sent for a purpose, and forgets it here.
    func take(_ purpose: Purpose, job: Int64) -> Upload? {
        state.withLock { state in
            guard let index = state.uploads.firstIndex(where: { $0.purpose == purpose && $0.job == job })
            else {
                return nil
            }
            return state.uploads.remove(at: index)
        }
    }

    /// Puts back what could not be finished, for another try, unless it was begun anew.
    func giveBack(_ upload: Upload) {
        state.withLock { state in
            guard !state.uploads.contains(where: { $0.purpose == upload.purpose }) else { return }
            state.uploads.append(upload)
        }
    }

    /// Drops what a job has not finished.
    func drop(ofJob job: Int64) { state.withLock { $0.uploads.removeAll { $0.job == job } } }
}
