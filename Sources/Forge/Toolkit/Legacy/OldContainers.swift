import Foundation
import Store
import Synchronization

/// The artifacts that jobs are sending file by file, until each is told to be whole.
final class OldContainers: Sendable {
    struct Item: Sendable {
        var blob: IncomingBlob
        /// How long the file is, unpacked.
        var size: Int64
        /// Whether what was sent is gzip.
        var isPacked: Bool
        /// How many bytes are sent.
        var sentSize: Int64
    }

    struct Container: Sendable {
        let number: Int
        let job: Int64
        let name: String
        let expiresAt: Date
        /// By their paths inside the artifact.
        var items: [String: Item] = [:]
    }

    private let incoming: IncomingBlobs
    private let state = Mutex((last: 0, containers: [Container]()))

    init(_ incoming: IncomingBlobs) { self.incoming = incoming }

    /// A job that begins the same artifact again starts anew.
    func begin(_ name: String, job: Int64, expiresAt: Date) -> Container {
        state.withLock { state in
            state.last += 1
            let container = Container(number: state.last, job: job, name: name, expiresAt: expiresAt)
            state.containers.removeAll { $0.job == job && $0.name == name }
            state.containers.append(container)
            return container
        }
    }

    func container(_ number: Int, job: Int64) -> Container? {
        state.withLock { $0.containers.first { $0.number == number && $0.job == job } }
    }

    /// The place for a file's bytes; with its first ones it begins anew.
    func item(
        _ path: String,
        of container: Container,
        _ said: (IncomingBlob) -> Item,
        isFirst: Bool
    ) throws
        -> Item
    {
        let known = state.withLock { state in
            state.containers.first { $0.number == container.number }?.items[path]
        }
        if let known, !isFirst { return known }
        let item = said(try incoming.upload())
        state.withLock { state in
            guard let index = state.containers.firstIndex(where: { $0.number == container.number }) else {
                return
            }
            state.containers[index].items[path] = item
        }
        return item
    }

    /// Gives what a job has sent of an artifact, and forgets it here.
    func take(_ name: String, job: Int64) -> Container? {
        state.withLock { state in
            guard let index = state.containers.firstIndex(where: { $0.name == name && $0.job == job }) else {
                return nil
            }
            return state.containers.remove(at: index)
        }
    }

    /// A place for an archive of its files.
    func archive() throws(StoreError) -> IncomingBlob { try incoming.upload() }

    /// Drops what a job has not finished.
    func drop(ofJob job: Int64) { state.withLock { $0.containers.removeAll { $0.job == job } } }
}
