import Foundation
import Store

/// `actions/download-artifact`: gets what jobs of this run, or of another one on this machine, have kept.
struct DownloadArtifact: BuiltInAction {
    static let name = "actions/download-artifact"
    static let inputs = [
        BuiltInInput("name"), BuiltInInput("artifact-ids"), BuiltInInput("path"), BuiltInInput("pattern"),
        BuiltInInput("merge-multiple", default: "false"), BuiltInInput("github-token"),
        BuiltInInput("repository"), BuiltInInput("run-id"), BuiltInInput("skip-decompress", default: "false"),
        BuiltInInput("digest-mismatch", default: "error"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let (merges, skips) = (try call.flag("merge-multiple"), try call.flag("skip-decompress"))
        guard ["ignore", "info", "warn", "error"].contains(call["digest-mismatch"]) else {
            throw StepFailure(
                "Invalid value for 'digest-mismatch': '\(call["digest-mismatch"])'. Valid options are: ignore, info, warn, "
                    + "error"
            )
        }
        let folder = Self.folder(call)
        let warnings = try await BlockingWork.run { () -> [String] in
            var warnings: [String] = []
            let run = try Self.run(call)
            let all = try call.services.store.artifacts(ofRunOf: run)
            let chosen = try Self.choose(from: all, call, &warnings)
            try ArtifactDownload.announce(chosen, call)
            // One that is found by its id or by a pattern has had a folder of its own until version 4.
            let isOlder = call.ref.prefixMatch(of: /v?[1-4](\.|$)/) != nil
            let isPlain = !call["name"].isEmpty || merges || chosen.count == 1 && !isOlder
            for artifact in chosen {
                let target = isPlain ? folder : "\(folder)/\(artifact.name)"
                let download = ArtifactDownload(artifact)
                if skips {
                    let isZip = artifact.contentType == "application/zip"
                    try download.copy(into: target, as: artifact.name + (isZip ? ".zip" : ""), call)
                } else {
                    try download.unpack(into: target, call)
                }
            }
            call.say("Total of \(chosen.count) artifact(s) downloaded")
            return warnings
        }
        call.say("Download artifact has finished successfully")
        var result = BuiltInResult(warnings: warnings)
        result.outputs = [("download-path", folder)]
        return result
    }

    private static func folder(_ call: BuiltInCall) -> String {
        var path = call["path"]
        if path == "~" || path.hasPrefix("~/") {
            path = call.home + path.dropFirst()
        }
        guard !path.isEmpty else { return call.workspace }
        return URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(call.workspace)/\(path)")
            .standardizedFileURL.path
    }

    /// The run that is meant: without a token always the job's own, as the action has it.
    private static func run(_ call: BuiltInCall) throws -> Int64 {
        guard !call["github-token"].isEmpty else { return call.facts.runID }
        let repository = call["repository"]
        guard repository.isEmpty || repository.lowercased() == call.facts.repository.fullName.lowercased()
        else {
            throw StepFailure("flowrun has no artifacts of '\(repository)': it looks on this machine alone")
        }
        guard !call["run-id"].isEmpty else { return call.facts.runID }
        guard let id = Int64(call["run-id"]), let run = try call.services.store.run(id),
            run.repository == call.facts.repository.path
        else { throw StepFailure("This repository has no run '\(call["run-id"])' on this machine") }
        return id
    }

    private static func choose(
        from all: [ArtifactRecord],
        _ call: BuiltInCall,
        _ warnings: inout [String]
    ) throws -> [ArtifactRecord] {
        let (name, ids, pattern) = (call["name"], call["artifact-ids"], call["pattern"])
        guard name.isEmpty || ids.isEmpty else {
            throw StepFailure(
                "Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one."
            )
        }
        if !name.isEmpty {
            call.say("Downloading single artifact")
            guard let artifact = all.first(where: { $0.name == name }) else {
                throw StepFailure(
                    "Unable to download artifact(s): Artifact not found for name: \(name)\n"
                        + "Please ensure that your artifact is not expired and the artifact was uploaded using a compatible "
                        + "version of toolkit/upload-artifact."
                )
            }
            return [artifact]
        }
        if !ids.isEmpty {
            let wanted = try ids.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
                .map { text throws -> Int64 in
                    guard let id = Int64(text) else {
                        throw StepFailure(
                            "Unable to download artifact(s): Invalid artifact ID: '\(text)'. Must be a number."
                        )
                    }
                    return id
                }
            guard !wanted.isEmpty else {
                throw StepFailure(
                    "Unable to download artifact(s): No valid artifact IDs provided in 'artifact-ids' input"
                )
            }
            let found = all.filter { wanted.contains($0.id) }
            guard !found.isEmpty else {
                throw StepFailure(
                    "Unable to download artifact(s): None of the provided artifact IDs were found"
                )
            }
            let missing = wanted.filter { id in !found.contains { $0.id == id } }
            if !missing.isEmpty {
                warnings.append(
                    "Could not find the following artifact IDs: \(missing.map(String.init).joined(separator: ", "))"
                )
            }
            return found
        }
        if !pattern.isEmpty {
            call.say("Filtering artifacts by pattern '\(pattern)'")
            return all.filter { ArtifactPattern(pattern).matches($0.name) }
        }
        call.say("No input name, artifact-ids or pattern filtered specified, downloading all artifacts")
        if try !call.flag("merge-multiple") {
            call.say("An extra directory with the artifact name will be created for each download")
        }
        return all
    }
}
