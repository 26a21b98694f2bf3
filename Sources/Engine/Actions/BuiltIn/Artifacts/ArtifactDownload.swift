import Foundation
import Store

/// An artifact that a step gets.
struct ArtifactDownload {
    private let artifact: ArtifactRecord

    init(_ artifact: ArtifactRecord) { self.artifact = artifact }

    /// Puts what is in it into a folder, over what is there; blocks.
    func unpack(into folder: String, _ call: BuiltInCall) throws {
        try call.checkGoingOn()
        guard artifact.contentType == "application/zip" else {
            return try copy(into: folder, as: artifact.name, call)
        }
        let bytes = try call.services.store.bytes(ofBlob: artifact.blob)
        do {
            try ZipArchive(bytes).extract(to: folder, isReplacing: true)
        } catch {
            throw StepFailure("Unable to download artifact(s): \(error)")
        }
    }

    /// Puts it into a folder as it is.
    func copy(into folder: String, as name: String, _ call: BuiltInCall) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let bytes = try call.services.store.bytes(ofBlob: artifact.blob)
        let draft = "\(folder)/.flowrun-\(UUID().uuidString.lowercased())"
        defer { unlink(draft) }
        guard FileManager.default.createFile(atPath: draft, contents: nil),
            let file = FileHandle(forWritingAtPath: draft)
        else { throw StepFailure("'\(folder)' cannot be written to") }
        var offset: Int64 = 0
        while case let piece = try bytes.bytes(at: offset, count: 1 << 18), !piece.isEmpty {
            try call.checkGoingOn()
            try file.write(contentsOf: piece)
            offset += Int64(piece.count)
        }
        try file.close()
        guard rename(draft, "\(folder)/\(name)") == 0 else {
            throw StepFailure("'\(folder)/\(name)' cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    static func announce(_ artifacts: [ArtifactRecord], _ call: BuiltInCall) throws {
        guard !artifacts.isEmpty else { return }
        call.say("Preparing to download the following artifacts:")
        for artifact in artifacts {
            call.say(
                "- \(artifact.name) (ID: \(artifact.id), Size: \(artifact.size), Expected Digest: "
                    + "sha256:\(artifact.digest))"
            )
        }
    }
}
