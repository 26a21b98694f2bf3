import Foundation
import Store

/// Artifacts on their way out of the store.
enum ArtifactFiles {
    /// By id, else by name: the newest of the run, or of this repository.
    static func find(
        _ wanted: String,
        run: Int64?,
        _ store: Store,
        _ surroundings: Surroundings
    ) throws -> ArtifactRecord {
        let all =
            if let run { try store.artifacts(run: run) } else {
                try store.artifacts(repository: surroundings.repositoryPath() ?? "", limit: .max)
            }
        if let found = all.first(where: { $0.name == wanted }) { return found }
        if let id = Int64(wanted), let found = try store.artifact(id), run == nil || found.runID == run {
            return found
        }
        throw CommandEnd(
            .nothingStarted,
            "error: there is no artifact `\(wanted)`; see flowrun artifact list"
        )
    }

    /// Unpacks an artifact into a folder; one that is a single file is copied there.
    static func save(_ artifact: ArtifactRecord, in folder: String, _ store: Store) throws {
        let bytes = try store.bytes(ofBlob: artifact.blob)
        guard artifact.contentType == "application/zip" else {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: bytes.path, toPath: "\(folder)/\(artifact.name)")
            return Console.complain("\(folder)/\(artifact.name)")
        }
        let archive = try ZipArchive(bytes)
        try archive.extract(to: folder)
        Console.complain("\(Words.count(archive.fileCount, "file")) in \(folder)")
    }
}
