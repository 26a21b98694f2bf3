import Crypto
import Foundation
import Synchronization

/// The bytes of one artifact or cache on their way into the store.
///
/// They come as a whole, in named blocks that are put together by a list, or in ranges of one file: the three ways in
/// which clients send. All calls block, and may come from several threads at once. The folder goes with the last that
/// holds it.
package final class IncomingBlob: Sendable {
    private let folder: String
    /// Keeps the place from being removed.
    private let place: IncomingBlobs
    private let state = Mutex(State())

    private struct State {
        var blocks: [String: Int64] = [:]
        var whole: BlobSum?
        var contentType: String?
        /// The ranges that came, sorted and apart from each other.
        var ranges: [Range<Int64>] = []
    }

    init(folder: String, place: IncomingBlobs) {
        self.folder = folder
        self.place = place
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)  // what stays is removed with the place
    }

    /// The type that the client gave the bytes with `x-ms-blob-content-type`.
    package var contentType: String? { state.withLock { $0.contentType } }

    // MARK: Whole and in blocks

    /// A file for bytes that come in order; they count once they are given back as a block or as the whole.
    package func part() throws(StoreError) -> BlobPart {
        try BlobPart(file: .writing("\(folder)/\(UUID().uuidString.lowercased()).part"))
    }

    /// Keeps a part as the block of this id, in place of an earlier one.
    ///
    /// - Parameter id: Of at most 64 bytes, as Azure has it.
    package func add(_ part: BlobPart, asBlock id: [UInt8]) throws(StoreError) {
        guard (1...64).contains(id.count) else {
            throw StoreError(.unfit("a block's id has 1 to 64 bytes, not \(id.count)"), "block")
        }
        try move(part.file.path, to: path(ofBlock: id))
        state.withLock { $0.blocks[Self.name(of: id)] = part.size }
    }

    /// Keeps a part as all there is.
    package func setWhole(_ part: BlobPart, contentType: String?) throws(StoreError) {
        try part.file.synchronize()
        try move(part.file.path, to: whole)
        state.withLock { state in
            state.whole = part.sum
            state.contentType = contentType
        }
    }

    /// Puts blocks together in the order of the list.
    package func setWhole(blocks ids: [[UInt8]], contentType: String?) throws(StoreError) {
        let known = state.withLock { $0.blocks }
        for id in ids where known[Self.name(of: id)] == nil {
            throw StoreError(.unfit("a block of the list has not come"), "blob")
        }
        if ids.count == 1, let id = ids.first {
            // The usual case of a small file: the block is the whole.
            let file = try BlobFile.reading(path(ofBlock: id))
            let sum = try BlobSum(of: file)
            do {
                try file.synchronize()
            } catch {
                // Another sync of these bytes could not be believed: they have to come anew.
                state.withLock { $0.blocks[Self.name(of: id)] = nil }
                throw error
            }
            try move(file.path, to: whole)
            state.withLock { state in
                state.blocks[Self.name(of: id)] = nil
                state.whole = sum
                state.contentType = contentType
            }
            return
        }
        var part = try part()
        for id in ids {
            try BlobFile.reading(path(ofBlock: id)).forEachPiece { piece throws(StoreError) in
                try part.append(piece)
            }
        }
        try setWhole(part, contentType: contentType)
        for id in Set(ids) { unlink(path(ofBlock: id)) }
        state.withLock { $0.blocks = [:] }
    }

    // MARK: In ranges

    /// The file that ranges are written to; each counts once it is marked.
    package func ranged() throws(StoreError) -> BlobFile { try .writing(whole) }

    /// Says that the bytes of a range are there.
    package func mark(_ range: Range<Int64>) {
        state.withLock { state in
            var merged = range
            state.ranges.removeAll { other in
                guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else {
                    return false
                }
                merged =
                    min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
                return true
            }
            state.ranges.append(merged)
            state.ranges.sort { $0.lowerBound < $1.lowerBound }
        }
    }

    /// Takes what came in ranges as all there is; a gap is a fault.
    package func setWhole(rangedSize size: Int64) throws(StoreError) {
        let ranges = state.withLock { $0.ranges }
        guard ranges == (size == 0 ? [] : [0..<size]) else {
            throw StoreError(.unfit("not all of the announced \(size) bytes have come"), "blob")
        }
        let file = try ranged()
        do {
            try file.synchronize()
        } catch {
            // As of a block.
            state.withLock { $0.ranges = [] }
            throw error
        }
        let sum = try BlobSum(of: file)
        state.withLock { $0.whole = sum }
    }

    // MARK: All of it

    /// What came, once it is whole.
    package var sum: BlobSum? { state.withLock { $0.whole } }

    /// Opens what came as a whole.
    package func reading() throws(StoreError) -> BlobFile { try .reading(whole) }

    /// Unpacks what came in gzip (RFC 1952).
    ///
    /// - Parameter size: How long it is when it is unpacked; another length is a fault.
    package func unpacked(size: Int64) throws(StoreError) -> BlobFile {
        let packed = try reading()
        var part = try part()
        var offset: Int64 = 0
        let inflater = Inflater(.gzip) {
            let bytes = try packed.bytes(at: offset, count: 1 << 16)
            offset += Int64(bytes.count)
            return bytes
        }
        do {
            try inflater.run { bytes in
                guard part.size + Int64(bytes.count) <= size else { throw Inflater.Damage() }
                try part.append(bytes)
            }
            guard part.size == size else { throw Inflater.Damage() }
            return part.file
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unfit("it is not packed with gzip, or not \(size) bytes long"), "blob")
        }
    }

    var whole: String { "\(folder)/whole" }

    private func path(ofBlock id: [UInt8]) -> String { "\(folder)/\(Self.name(of: id)).block" }

    private static func name(of id: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: id.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }

    private func move(_ old: String, to new: String) throws(StoreError) {
        guard rename(old, new) == 0 else { throw StoreError(fromSystem: errno, new) }
    }
}

/// Bytes that come one after the other, summed up as they pass.
package struct BlobPart: Sendable {
    package let file: BlobFile
    private var hash = SHA256()
    package private(set) var size: Int64 = 0

    init(file: BlobFile) { self.file = file }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        try file.write(bytes, at: size)
        hash.update(bufferPointer: bytes)
        size += Int64(bytes.count)
    }

    /// Forgets the bytes.
    package func discard() { unlink(file.path) }

    var sum: BlobSum { BlobSum(size: size, hash: hash) }
}
