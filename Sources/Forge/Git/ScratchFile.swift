import Foundation
import NIOCore
import Store

/// Bytes on their way through, in a file that has no name and goes with the last who has it open.
final class ScratchFile: Sendable {
    let handle: FileHandle

    init(in home: FlowrunHome) throws {
        try home.make(home.work)
        let path = "\(home.work)/git.\(UUID().uuidString)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ToolkitFault(
                .broken,
                "no file can be made in \(home.work): \(String(cString: strerror(errno)))"
            )
        }
        unlink(path)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    var size: Int64 {
        var facts = stat()
        return fstat(handle.fileDescriptor, &facts) == 0 ? Int64(facts.st_size) : 0
    }

    func append(_ buffer: ByteBuffer) throws { try handle.write(contentsOf: Data(buffer.readableBytesView)) }

    func read(_ count: Int, at offset: Int64) throws -> ByteBuffer {
        try handle.seek(toOffset: UInt64(offset))
        return ByteBuffer(bytes: try handle.read(upToCount: count) ?? Data())
    }
}
