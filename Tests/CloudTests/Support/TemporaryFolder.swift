import Foundation

/// A folder that goes when its last holder lets go of it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/cloud-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Every file below the folder, by its path from there.
    var files: Set<String> {
        Set(
            FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }.filter { file in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(path)/\(file)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            } ?? []
        )
    }
}

/// Bytes that differ from each other in every stretch, the same ones each time.
func pattern(_ count: Int) -> Data {
    var state: UInt32 = 12345
    return Data(
        (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    )
}
