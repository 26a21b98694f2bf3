package import Foundation

/// Writes a zip archive into a place of the store, file after file, none of which is ever in memory as a whole.
///
/// Each file's size stands behind its bytes, so that nothing has to be gone back to. All files get the mode 0644: the
/// artifact actions keep no rights (`actions/upload-artifact`, "Permission Loss").
package struct ZipWriter {
    private struct Written {
        var name: [UInt8]
        var check: UInt32
        var packedSize: Int64
        var size: Int64
        var offset: Int64
        var time: (date: UInt16, time: UInt16)
    }

    private var part: BlobPart
    private var files: [Written] = []
    private let deflater: Deflater

    /// Packed with DEFLATE, sizes behind the bytes, names in UTF-8.
    private static let method: UInt16 = 8
    private static let flags: UInt16 = 1 << 3 | 1 << 11
    /// What Unix says of a plain file of mode 0644.
    private static let attributes: UInt32 = 0o100644 << 16
    /// Sizes and places from here on stand in 64 bits (Zip64).
    private static let wide: Int64 = 0xFFFF_FFFF

    /// - Parameter level: Of packing, 0 to 9.
    package init(into part: BlobPart, level: Int) throws(StoreError) {
        self.part = part
        deflater = try Deflater(level: Int32(level))
    }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - name: Its path in the archive.
    ///   - expectedSize: How long it is thought to be; it may turn out otherwise.
    ///   - read: Gives the next bytes, none at the end.
    package mutating func add(
        _ name: String,
        modified: Date,
        expectedSize: Int64,
        read: () throws -> [UInt8]
    ) throws {
        let name = Array(name.utf8)
        guard name.count <= 0xFFFF else {
            throw StoreError(.unfit("a path has over 65,535 bytes"), "archive")
        }
        let isWide = expectedSize >= Self.wide / 2
        var file = Written(
            name: name,
            check: 0,
            packedSize: 0,
            size: 0,
            offset: part.size,
            time: Self.time(modified)
        )
        try write(head(of: file, isWide: isWide))
        var check = CRC32()
        deflater.reset()
        var isLast = false
        while !isLast {
            var bytes = try read()
            isLast = bytes.isEmpty
            bytes.withUnsafeBytes { check.update($0) }
            file.size += Int64(bytes.count)
            try deflater.pack(&bytes, isLast: isLast) { packed in
                try part.append(packed)
                file.packedSize += Int64(packed.count)
            }
        }
        guard isWide || file.size < Self.wide && file.packedSize < Self.wide else {
            throw StoreError(.unfit("a file grew while it was read"), String(decoding: name, as: UTF8.self))
        }
        file.check = check.value
        var tail = ByteList()
        tail.add(UInt32(0x0807_4B50))
        tail.add(file.check)
        if isWide {
            tail.add(UInt64(file.packedSize))
            tail.add(UInt64(file.size))
        } else {
            tail.add(UInt32(file.packedSize))
            tail.add(UInt32(file.size))
        }
        try write(tail)
        files.append(file)
    }

    /// Writes the list of all files, with which the archive is whole.
    package mutating func finish() throws -> BlobPart {
        let start = part.size
        for file in files { try write(entry(of: file)) }
        let size = part.size - start
        var end = ByteList()
        if start >= Self.wide || size >= Self.wide || files.count >= 0xFFFF {
            end.add(UInt32(0x0606_4B50))
            end.add(UInt64(44))
            end.add(UInt16(3 << 8 | 45))
            end.add(UInt16(45))
            end.add(UInt64(0))  // the numbers of this disk and of the list's
            end.add(UInt64(files.count))
            end.add(UInt64(files.count))
            end.add(UInt64(size))
            end.add(UInt64(start))
            end.add(UInt32(0x0706_4B50))
            end.add(UInt32(0))
            end.add(UInt64(part.size))
            end.add(UInt32(1))
        }
        end.add(UInt32(0x0605_4B50))
        end.add(UInt32(0))
        end.add(UInt16(clamping: files.count))
        end.add(UInt16(clamping: files.count))
        end.add(UInt32(clamping: size))
        end.add(UInt32(clamping: start))
        end.add(UInt16(0))
        try write(end)
        return part
    }

    private func head(of file: Written, isWide: Bool) -> ByteList {
        var head = ByteList()
        head.add(UInt32(0x0403_4B50))
        head.add(UInt16(isWide ? 45 : 20))
        head.add(Self.flags)
        head.add(Self.method)
        head.add(file.time.time)
        head.add(file.time.date)
        head.add(UInt32(0))
        head.add(isWide ? UInt32.max : 0)
        head.add(isWide ? UInt32.max : 0)
        head.add(UInt16(file.name.count))
        head.add(UInt16(isWide ? 20 : 0))
        head.bytes += file.name
        if isWide {
            head.add(UInt16(1))
            head.add(UInt16(16))
            head.add(UInt64(0))
            head.add(UInt64(0))
        }
        return head
    }

    private func entry(of file: Written) -> ByteList {
        var wide = ByteList()
        if file.size >= Self.wide { wide.add(UInt64(file.size)) }
        if file.packedSize >= Self.wide { wide.add(UInt64(file.packedSize)) }
        if file.offset >= Self.wide { wide.add(UInt64(file.offset)) }
        var entry = ByteList()
        entry.add(UInt32(0x0201_4B50))
        entry.add(UInt16(3 << 8 | 45))
        entry.add(UInt16(wide.bytes.isEmpty ? 20 : 45))
        entry.add(Self.flags)
        entry.add(Self.method)
        entry.add(file.time.time)
        entry.add(file.time.date)
        entry.add(file.check)
        entry.add(UInt32(clamping: file.packedSize))
        entry.add(UInt32(clamping: file.size))
        entry.add(UInt16(file.name.count))
        entry.add(UInt16(wide.bytes.isEmpty ? 0 : wide.bytes.count + 4))
        entry.add(UInt16(0))
        entry.add(UInt16(0))
        entry.add(UInt16(0))
        entry.add(Self.attributes)
        entry.add(UInt32(clamping: file.offset))
        entry.bytes += file.name
        if !wide.bytes.isEmpty {
            entry.add(UInt16(1))
            entry.add(UInt16(wide.bytes.count))
            entry.bytes += wide.bytes
        }
        return entry
    }

    private mutating func write(_ list: ByteList) throws {
        try list.bytes.withUnsafeBytes { try part.append($0) }
    }

    /// A time as MS-DOS has it: local, in steps of two seconds, from 1980 to 2107.
    private static func time(_ date: Date) -> (date: UInt16, time: UInt16) {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        guard (80...207).contains(parts.tm_year) else { return (1 << 5 | 1, 0) }
        let day = (parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday
        let time = parts.tm_hour << 11 | parts.tm_min << 5 | min(parts.tm_sec, 59) / 2
        return (UInt16(day), UInt16(time))
    }
}

/// Numbers one after the other, each with its lowest byte first.
private struct ByteList {
    var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
