/// The list of what is in a zip archive, which stands at its end.
struct ZipDirectory {
    private let file: BlobFile
    private let size: Int64
    /// More than any artifact has; a list of this length is in memory at once.
    private static let limit = 256 << 20

    init(_ file: BlobFile, size: Int64) {
        self.file = file
        self.size = size
    }

    func entries() throws(StoreError) -> [ZipArchive.Entry] {
        let place = try self.place()
        guard place.offset >= 0, place.size >= 0, place.size <= Self.limit,
            place.offset <= size - Int64(place.size)
        else { throw damage }
        let bytes = try file.bytes(at: place.offset, count: place.size)
        guard bytes.count == place.size else { throw damage }
        var entries: [ZipArchive.Entry] = []
        var index = 0
        while index < bytes.count {
            entries.append(try entry(in: bytes, at: &index))
        }
        guard entries.count == place.count else { throw damage }
        return entries
    }

    private func entry(in bytes: [UInt8], at index: inout Int) throws(StoreError) -> ZipArchive.Entry {
        guard index + 46 <= bytes.count, bytes.number(at: index, 4) == 0x0201_4B50 else { throw damage }
        let (nameLength, extraLength) = (bytes.number(at: index + 28, 2), bytes.number(at: index + 30, 2))
        let end = index + 46 + nameLength + extraLength + bytes.number(at: index + 32, 2)
        guard end <= bytes.count,
            let name = String(validating: bytes[(index + 46)..<(index + 46 + nameLength)], as: UTF8.self)
        else { throw damage }
        let method = bytes.number(at: index + 10, 2)
        guard bytes.number(at: index + 8, 2) & 1 == 0, method == 0 || method == 8 else {
            throw StoreError(.badArchive("`\(name)` is packed in a way that is not known here"), file.path)
        }
        // What Unix says of the file, where the archive was made there.
        let isUnix = bytes.number(at: index + 5, 1) == 3
        let mode = isUnix ? bytes.number(at: index + 38, 4) >> 16 : 0
        guard [0, 0o040000, 0o100000].contains(mode & 0o170000) else {
            throw StoreError(.badArchive("`\(name)` is a link or no file"), file.path)
        }
        var entry = ZipArchive.Entry(
            name: name,
            isFolder: name.hasSuffix("/"),
            isExecutable: mode & 0o111 != 0,
            method: method,
            check: UInt32(bytes.number(at: index + 16, 4)),
            packedSize: Int64(bytes.number(at: index + 20, 4)),
            size: Int64(bytes.number(at: index + 24, 4)),
            offset: Int64(bytes.number(at: index + 42, 4))
        )
        let extra = (index + 46 + nameLength)..<(index + 46 + nameLength + extraLength)
        try widen(&entry, by: Array(bytes[extra]))
        guard entry.offset >= 0, entry.offset <= size, entry.packedSize >= 0, entry.packedSize <= size,
            entry.size >= 0
        else { throw damage }
        index = end
        return entry
    }

    /// Takes over the numbers of 64 bits that stand beside those of 32 (Zip64).
    private func widen(_ entry: inout ZipArchive.Entry, by extra: [UInt8]) throws(StoreError) {
        var index = 0
        while index + 4 <= extra.count {
            let length = extra.number(at: index + 2, 2)
            guard index + 4 + length <= extra.count else { throw damage }
            if extra.number(at: index, 2) == 1 {
                var place = index + 4
                func next() throws(StoreError) -> Int64 {
                    guard place + 8 <= index + 4 + length else { throw damage }
                    defer { place += 8 }
                    return Int64(extra.number(at: place, 8))
                }
                if entry.size == 0xFFFF_FFFF { entry.size = try next() }
                if entry.packedSize == 0xFFFF_FFFF { entry.packedSize = try next() }
                if entry.offset == 0xFFFF_FFFF { entry.offset = try next() }
            }
            index += 4 + length
        }
    }

    /// Where the list stands, how long it is and how many entries it has.
    private func place() throws(StoreError) -> (offset: Int64, size: Int, count: Int) {
        // A comment of up to 64 KiB may follow.
        let start = max(0, size - 22 - 0xFFFF)
        let tail = try file.bytes(at: start, count: Int(size - start))
        guard tail.count >= 22 else { throw damage }
        var index = tail.count - 22
        while tail.number(at: index, 4) != 0x0605_4B50
            || index + 22 + tail.number(at: index + 20, 2) != tail.count
        {
            guard index > 0 else { throw damage }
            index -= 1
        }
        let short = (
            offset: Int64(tail.number(at: index + 16, 4)), size: tail.number(at: index + 12, 4),
            count: tail.number(at: index + 10, 2)
        )
        guard short.offset == 0xFFFF_FFFF || short.size == 0xFFFF_FFFF || short.count == 0xFFFF else {
            return short
        }
        guard index >= 20, tail.number(at: index - 20, 4) == 0x0706_4B50 else { return short }
        let long = try file.bytes(at: Int64(tail.number(at: index - 12, 8)), count: 56)
        guard long.count == 56, long.number(at: 0, 4) == 0x0606_4B50 else { throw damage }
        return (Int64(long.number(at: 48, 8)), long.number(at: 40, 8), long.number(at: 32, 8))
    }

    private var damage: StoreError { StoreError(.badArchive("it is no zip archive, or damaged"), file.path) }
}
