import Foundation
import Store

/// Why a journal cannot be kept or read.
struct JournalError: Error, CustomStringConvertible {
    var path: String
    var reason: String

    var description: String { "journal `\(path)`: \(reason)" }
}

/// The facts of one job, appended as they happen; `JobDisk` syncs them.
///
/// A frame is its length and a checksum (four bytes each, little endian) and a `RunEvent` as JSON; a frame that a
/// crash cut short is told by its length or checksum and ends the journal. Lines of output are in the job's raw log.
final class Journal {
    let descriptor: Int32
    let path: String

    init(creating path: String) throws(JournalError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(path: path, reason: String(cString: strerror(errno)))
        }
    }

    deinit { close(descriptor) }

    func append(_ event: RunEvent) throws(JournalError) {
        let payload: [UInt8]
        do {
            payload = try event.journalJSON()
        } catch {
            throw JournalError(path: path, reason: "cannot encode an event: \(error)")
        }
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 8)
        frame.append(littleEndian: UInt32(payload.count))
        frame.append(littleEndian: Self.checksum(payload))
        frame += payload
        try write(frame)
    }

    private func write(_ bytes: [UInt8]) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                throw JournalError(path: path, reason: String(cString: strerror(errno)))
            }
            rest = rest.dropFirst(written)
        }
    }

    /// The whole events of a journal, up to the first frame that is not whole; none where there is no journal.
    static func events(at path: String) throws(JournalError) -> [RunEvent] {
        try JournalReader(path).next()
    }

    /// FNV-1a: it guards against a torn write, not against an adversary.
    fileprivate static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// Reads a journal while it grows.
final class JournalReader {
    private let path: String
    private var file: FileHandle?
    /// What was read and is no whole frame yet.
    private var rest = Data()

    init(_ path: String) { self.path = path }

    /// The whole events that have come since the last call.
    func next() throws(JournalError) -> [RunEvent] {
        file = file ?? FileHandle(forReadingAtPath: path)
        guard let file else {
            if access(path, F_OK) != 0, errno == ENOENT { return [] }
            throw JournalError(path: path, reason: "cannot be read")
        }
        do {
            rest += try file.readToEnd() ?? Data()
        } catch {
            throw JournalError(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
        var events: [RunEvent] = []
        let decoder = JSONDecoder()
        while rest.count >= 8 {
            let length = Int(rest.littleEndian(at: 0))
            guard rest.count >= 8 + length else { break }
            let payload = Data(rest.dropFirst(8).prefix(length))
            guard Journal.checksum(payload) == rest.littleEndian(at: 4) else { break }
            do {
                events.append(try decoder.decode(RunEvent.self, from: payload))
            } catch {
                throw JournalError(
                    path: path,
                    reason: "holds an event that this flowrun does not know: \(error)"
                )
            }
            rest = rest.dropFirst(8 + length)
        }
        rest = Data(rest)
        return events
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: UInt32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension Data {
    fileprivate func littleEndian(at offset: Int) -> UInt32 {
        prefix(offset + 4).suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
