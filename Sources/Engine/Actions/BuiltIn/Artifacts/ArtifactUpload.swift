import Foundation
import Store

/// An artifact that a step makes of files.
struct ArtifactUpload: Sendable {
    var name: String
    /// Of packing, 0 to 9; absent for a single file as it is.
    var level: Int?
    var expiresAt: Date
    /// Whether an artifact of this name gives way.
    var isReplacing = false

    /// Reads the inputs that both actions have.
    init(_ call: BuiltInCall, name: String) throws {
        if let fault = ArtifactName.fault(in: name) { throw StepFailure(fault) }
        self.name = name
        let now = Date()
        expiresAt = Retention.expiry(asked: nil, from: now)
        if !call["retention-days"].isEmpty {
            guard let days = Int(call["retention-days"]), days >= 0 else {
                throw StepFailure("Invalid retention-days")
            }
            if days > Retention.longestDays {
                call.say(
                    "##[warning]Retention days cannot be greater than the maximum allowed retention set within the "
                        + "repository. Using \(Retention.longestDays) instead."
                )
            }
            if days > 0 {
                expiresAt = Retention.expiry(asked: now + TimeInterval(days) * 86_400, from: now)
            }
        }
        guard let level = Int(call["compression-level"]) else {
            throw StepFailure("Invalid compression-level")
        }
        guard (0...9).contains(level) else {
            throw StepFailure("Invalid compression-level. Valid values are 0-9")
        }
        self.level = level
    }

    /// Packs files and keeps them; blocks.
    func send(_ search: ArtifactFileSearch, for call: BuiltInCall) throws -> ArtifactRecord {
        if level != nil {
            for file in search.files {
                if let fault = ArtifactName.fault(inPath: "/" + search.name(of: file)) {
                    throw StepFailure(fault)
                }
            }
        }
        let store = call.services.store
        let blob = try IncomingBlobs(home: call.services.home).upload()
        let part =
            if let level { try pack(search, at: level, into: try blob.part(), call) } else {
                try copy(try search.open(search.files[0]), into: try blob.part(), call)
            }
        try blob.setWhole(part, contentType: nil)
        let run = call.facts.runID
        if isReplacing, let old = try store.artifacts(run: run).first(where: { $0.name == name }) {
            try store.deleteArtifact(old.id)
        }
        let artifact = NewArtifact(
            runID: run,
            jobID: call.job,
            name: name,
            contentType: level == nil ? "application/octet-stream" : "application/zip",
            expiresAt: expiresAt
        )
        do {
            return try store.saveArtifact(artifact, blob)
        } catch {
            guard error.reason == .alreadyThere else { throw error }
            throw StepFailure(
                "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with "
                    + "this name already exists on the workflow run"
            )
        }
    }

    private func pack(
        _ search: ArtifactFileSearch,
        at level: Int,
        into part: BlobPart,
        _ call: BuiltInCall
    ) throws -> BlobPart {
        var zip = try ZipWriter(into: part, level: level)
        for path in search.files {
            let file = try search.open(path)
            let name = search.name(of: path)
            try zip.add(name, modified: file.modified, expectedSize: file.size) {
                try call.checkGoingOn()
                return try file.read()
            }
        }
        return try zip.finish()
    }

    private func copy(_ file: ConfinedFile, into part: BlobPart, _ call: BuiltInCall) throws -> BlobPart {
        var part = part
        while true {
            try call.checkGoingOn()
            let bytes = try file.read()
            if bytes.isEmpty { return part }
            try bytes.withUnsafeBytes { try part.append($0) }
        }
    }

    /// Tells of an artifact that was made.
    static func result(_ artifact: ArtifactRecord, for call: BuiltInCall) -> BuiltInResult {
        let facts = call.facts
        let url =
            "\(facts.repository.serverURL)/\(facts.repository.fullName)/actions/runs/\(facts.runID)/artifacts/"
            + "\(artifact.id)"
        call.say("SHA256 digest of uploaded artifact is \(artifact.digest)")
        call.say(
            "Artifact \(artifact.name) has been successfully uploaded! Final size is \(artifact.size) bytes. Artifact ID "
                + "is \(artifact.id)"
        )
        call.say("It is on this machine: flowrun artifact download \(artifact.id)")
        var result = BuiltInResult()
        result.outputs = [
            ("artifact-id", String(artifact.id)), ("artifact-digest", artifact.digest), ("artifact-url", url),
        ]
        return result
    }
}

extension BuiltInCall {
    /// - Throws: A cancellation, once the step is to end.
    func checkGoingOn() throws(StepFailure) {
        if stop.reason != nil { throw StepFailure("The operation was canceled.", isCancelled: true) }
    }
}
