import Dispatch
import Foundation
import Store
import Synchronization

/// Writes down what the steps of a job leave while it runs, so that also a job whose process dies can go on from there.
///
/// A frame is its length (four bytes, little endian) and a `KeptJob.Frame` as JSON, sealed, for it holds what was masked.
/// Writing goes beside the job; the next step waits until it is done, and nothing waits for the disk before the job's end. A
/// frame that was cut short ends the file.
final class KeptJournal: Sendable {
    private struct State {
        var file: Int32 = -1
        var sealer: StoreSealer?
        var fault: String?
    }

    private static let purpose = "kept job"

    private let run: Int64
    private let job: Int64
    private let store: Store
    private let count: Int
    private let queue = DispatchQueue(label: "flowrun.kept-job")
    private let state = Mutex(State())

    /// - Parameter count: So many places are kept, of those that nobody works in.
    init(run: Int64, job: Int64, store: Store, atMost count: Int) {
        self.run = run
        self.job = job
        self.store = store
        self.count = count
    }

    private var path: String { KeptJob.path(run: run, job: job, store.home) }

    /// Writes a frame soon; with the first the job's place is its own, whatever comes.
    func append(_ frame: KeptJob.Frame) { queue.async { [self] in add([frame]) } }

    /// Writes all that is taken over of an earlier attempt: only then the place is this attempt's.
    func begin(with frames: [KeptJob.Frame]) { queue.sync { add(frames) } }

    /// Waits until all frames so far are written, if not on the disk: no step begins while one before it is not written down.
    func settle() { queue.sync {} }

    private func add(_ frames: [KeptJob.Frame]) {
        state.withLock { state in
            guard state.fault == nil, let first = frames.first else { return }
            do {
                let isNew = state.file < 0
                if isNew { try open(&state) }
                for frame in frames { try write(frame, state) }
                guard isNew else { return }
                let places = KeptPlaces(home: store.home)
                try places.keep(first.place, for: job, of: run)
                try places.prune(keeping: count)
            } catch {
                state.fault = "\(error)"
            }
        }
    }

    /// Waits until all is on the disk; then the job can be resumed, and of those before it the newest.
    ///
    /// - Throws: What of it could not be written.
    func finish(_ place: Int) throws {
        let fault = queue.sync {
            state.withLock { state -> String? in
                defer { close(&state) }
                if state.fault == nil, state.file >= 0, fdatasync(state.file) != 0 {
                    state.fault = String(cString: strerror(errno))
                }
                return state.fault
            }
        }
        if let fault { throw FolderError(path: path, reason: fault) }
        let places = KeptPlaces(home: store.home)
        try places.secure(place)
        // The job is still in its own.
        try places.prune(keeping: count - 1)
    }

    /// Forgets it: the job's place is free for others once the job has left it.
    func discard(_ place: Int) {
        queue.sync { state.withLock { close(&$0) } }
        unlink(path)
        KeptPlaces(home: store.home).release(place)
    }

    private func close(_ state: inout State) {
        if state.file >= 0 { Foundation.close(state.file) }
        state.file = -1
    }

    private func open(_ state: inout State) throws {
        let file = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
        state.file = file
        state.sealer = try store.sealer(for: Self.purpose)
    }

    private func write(_ frame: KeptJob.Frame, _ state: borrowing State) throws {
        guard let sealer = state.sealer else { return }
        let sealed = try sealer.seal(try JSONEncoder().encode(frame))
        var bytes = withUnsafeBytes(of: UInt32(sealed.count).littleEndian) { Array($0) }
        bytes += sealed
        guard Foundation.write(state.file, bytes, bytes.count) == bytes.count else {
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// The whole frames of a file; none where there is no such file.
    static func frames(at path: String, in store: Store) throws -> [KeptJob.Frame] {
        guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { return [] }
        let opener = try store.opener(for: purpose)
        let decoder = JSONDecoder()
        var frames: [KeptJob.Frame] = []
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(rest.prefix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) })
            guard rest.count >= 4 + length else { break }
            let sealed = Data(rest.dropFirst(4).prefix(length))
            frames.append(try decoder.decode(KeptJob.Frame.self, from: try opener.open(sealed)))
            rest = rest.dropFirst(4 + length)
        }
        return frames
    }
}
