import Foundation

/// An archive of files, as the clients of artifacts make them.
///
/// It comes from others: what would lead out of its folder, and whatever two readers could understand in two ways, is
/// refused as a whole.
package struct ZipArchive {
    package struct Entry: Sendable {
        /// With a slash at its end where it is a folder.
        package var name: String
        package var isFolder: Bool
        var isExecutable: Bool
        /// 8 for DEFLATE, 0 for bytes as they are.
        var method: Int
        /// CRC-32 of the file.
        var check: UInt32
        var packedSize: Int64
        package var size: Int64
        /// Where its own head begins.
        var offset: Int64
    }

    let file: BlobFile
    let size: Int64
    package let entries: [Entry]

    /// Reads what is in the archive.
    package init(_ file: BlobFile) throws(StoreError) {
        self.file = file
        size = try file.size()
        entries = try ZipDirectory(file, size: size).entries()
        try Self.check(entries, file.path)
    }

    /// How many files are in it.
    package var fileCount: Int { entries.count { !$0.isFolder } }

    /// Unpacks all of it into a folder, which is made.
    ///
    /// All of it is unpacked beside its place first: where something is wrong with it, nothing is there.
    ///
    /// - Parameters:
    ///   - isReplacing: Whether files that are there already give way; else they are a fault, and are not touched.
    ///   - limit: More bytes are not unpacked.
    package func extract(
        to folder: String,
        isReplacing: Bool = false,
        limit: Int64? = nil
    ) throws(StoreError) {
        // Real archives grow by far less than 200 times.
        let limit = limit ?? max(2 << 30, size.multipliedReportingOverflow(by: 200).partialValue)
        let draft = "\(folder)/.flowrun-\(UUID().uuidString.lowercased())"
        do {
            try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
            // What is left of it is empty, or refused.
            defer { try? FileManager.default.removeItem(atPath: draft) }
            var left = limit
            for entry in entries { try extract(entry, in: draft, left: &left) }
            if isReplacing { return try merge(draft, into: folder) }
            let names = try FileManager.default.contentsOfDirectory(atPath: draft)
            for name in names where access("\(folder)/\(name)", F_OK) == 0 {
                throw StoreError(.badArchive("`\(folder)/\(name)` is there already"), file.path)
            }
            for name in names {
                guard rename("\(draft)/\(name)", "\(folder)/\(name)") == 0 else {
                    throw StoreError(fromSystem: errno, "\(folder)/\(name)")
                }
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.failed, folder, cause: error)
        }
    }

    /// Moves what a folder holds into another one, file by file where both have a folder of one name.
    private func merge(_ draft: String, into folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: draft) {
            let (source, target) = ("\(draft)/\(name)", "\(folder)/\(name)")
            if rename(source, target) == 0 { continue }
            let fault = errno
            var facts = stat()
            guard lstat(target, &facts) == 0, fault == EEXIST || fault == ENOTEMPTY || fault == ENOTDIR else {
                throw StoreError(fromSystem: fault, target)
            }
            guard facts.st_mode & S_IFMT == S_IFDIR else {
                throw StoreError(.badArchive("`\(target)` is there already and is no folder"), file.path)
            }
            try merge(source, into: target)
        }
    }

    /// A file's bytes as HTTP can send them, packed as they are.
    package struct Packed: Sendable {
        /// Whether they are gzip (RFC 1952).
        package var isGzip: Bool
        package var head: [UInt8]
        /// What of the archive comes between the head and the tail.
        package var place: Range<Int64>
        package var tail: [UInt8]

        package init(isGzip: Bool = false, head: [UInt8] = [], place: Range<Int64>, tail: [UInt8] = []) {
            self.isGzip = isGzip
            self.head = head
            self.place = place
            self.tail = tail
        }
    }

    /// The packed bytes of a file: those of a zip archive want no more than a head and a check to be gzip.
    package func packed(_ entry: Entry) throws(StoreError) -> Packed {
        let place = try place(of: entry)
        guard entry.method == 8 else { return Packed(place: place) }
        var tail: [UInt8] = []
        for number in [entry.check, UInt32(truncatingIfNeeded: entry.size)] {
            withUnsafeBytes(of: number.littleEndian) { tail.append(contentsOf: $0) }
        }
        // No name, no time, an unknown system.
        return Packed(isGzip: true, head: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255], place: place, tail: tail)
    }

    /// Gives a file's bytes, unpacked and checked.
    package func unpack(_ entry: Entry, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var written: Int64 = 0
        var check = CRC32()
        func pass(_ bytes: UnsafeRawBufferPointer) throws {
            guard written + Int64(bytes.count) <= entry.size else { throw damage(entry) }
            try take(bytes)
            check.update(bytes)
            written += Int64(bytes.count)
        }
        let packed = try place(of: entry)
        var offset = packed.lowerBound
        func next() throws -> [UInt8] {
            let bytes = try file.bytes(at: offset, count: Int(min(1 << 16, packed.upperBound - offset)))
            offset += Int64(bytes.count)
            return bytes
        }
        if entry.method == 0 {
            while offset < packed.upperBound {
                let bytes = try next()
                guard !bytes.isEmpty else { throw damage(entry) }
                try bytes.withUnsafeBytes(pass)
            }
        } else {
            do {
                try Inflater(refill: next).run(pass)
            } catch is Inflater.Damage {
                throw damage(entry)
            }
        }
        guard written == entry.size, check.value == entry.check else { throw damage(entry) }
    }

    private func extract(_ entry: Entry, in folder: String, left: inout Int64) throws {
        let path = "\(folder)/\(entry.name)"
        let parent = entry.isFolder ? path : String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        guard !entry.isFolder else { return }
        left -= entry.size
        guard left >= 0 else { throw refusal("it is too large when it is unpacked") }
        let target = try BlobFile.writing(path)
        var written: Int64 = 0
        try unpack(entry) { bytes in
            try target.write(bytes, at: written)
            written += Int64(bytes.count)
        }
        if entry.isExecutable { chmod(path, 0o755) } else { chmod(path, 0o644) }
    }

    /// Where an entry's packed bytes stand: behind its own head, which has to tell the same name.
    private func place(of entry: Entry) throws(StoreError) -> Range<Int64> {
        let head = try file.bytes(at: entry.offset, count: 30)
        guard head.count == 30, head.number(at: 0, 4) == 0x0403_4B50 else { throw damage(entry) }
        let nameLength = head.number(at: 26, 2)
        let name = try file.bytes(at: entry.offset + 30, count: nameLength)
        guard name == Array(entry.name.utf8) else { throw refusal("`\(entry.name)` has two names") }
        let start = entry.offset + 30 + Int64(nameLength + head.number(at: 28, 2))
        guard start + entry.packedSize <= size else { throw damage(entry) }
        return start..<(start + entry.packedSize)
    }

    /// Refuses an archive by the names in it.
    private static func check(_ entries: [Entry], _ path: String) throws(StoreError) {
        var seen: Set<String> = []
        for entry in entries {
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
            let steps = entry.isFolder ? parts.dropLast() : parts[...]
            let isPlain =
                !steps.isEmpty && steps.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
                && !entry.name.utf8.contains(0) && !entry.name.contains("\\")
            guard isPlain else {
                throw StoreError(.badArchive("`\(entry.name)` leads out of its folder"), path)
            }
            guard seen.insert(steps.joined(separator: "/")).inserted else {
                throw StoreError(.badArchive("`\(entry.name)` is in it twice"), path)
            }
        }
    }

    private func refusal(_ reason: String) -> StoreError { StoreError(.badArchive(reason), file.path) }

    private func damage(_ entry: Entry) -> StoreError { refusal("`\(entry.name)` is damaged") }
}

extension BlobFile {
    /// The bytes at a place, fewer at the file's end.
    package func bytes(at offset: Int64, count: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = try bytes.withUnsafeMutableBufferPointer { space throws(StoreError) in
            try read(into: UnsafeMutableRawBufferPointer(space), at: offset)
        }
        bytes.removeLast(count - done)
        return bytes
    }
}

extension [UInt8] {
    /// A number of up to eight bytes, the lowest first.
    func number(at place: Int, _ count: Int) -> Int {
        var number: UInt64 = 0
        for index in (0..<count).reversed() { number = number << 8 | UInt64(self[place + index]) }
        return Int(clamping: number)
    }
}
