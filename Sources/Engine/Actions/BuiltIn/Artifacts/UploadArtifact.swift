import Foundation
import Store

/// `actions/upload-artifact`: keeps files of the job with its run.
struct UploadArtifact: BuiltInAction {
    static let name = "actions/upload-artifact"
    static let inputs = [
        BuiltInInput("name", default: "artifact"), BuiltInInput("path"),
        BuiltInInput("if-no-files-found", default: "warn"), BuiltInInput("retention-days"),
        BuiltInInput("compression-level", default: "6"), BuiltInInput("overwrite", default: "false"),
        BuiltInInput("include-hidden-files", default: "false"), BuiltInInput("archive", default: "true"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        guard !call["path"].isEmpty else { throw StepFailure("Input required and not supplied: path") }
        let missing = call["if-no-files-found"]
        guard ["warn", "error", "ignore"].contains(missing) else {
            throw StepFailure(
                "Unrecognized if-no-files-found input. Provided: \(missing). Available options: warn,error,ignore"
            )
        }
        let (hidden, replaces, packs) = (
            try call.flag("include-hidden-files"), try call.flag("overwrite"), try call.flag("archive")
        )
        let search = try await BlockingWork.run {
            ArtifactFileSearch(call["path"], hidden: hidden, workspace: call.workspace, home: call.home)
        }
        for note in search.notes { call.say(note) }
        guard let first = search.files.first else {
            let message =
                "No files were found with the provided path: \(call["path"]). No artifacts will be uploaded."
            if missing == "error" { throw StepFailure(message) }
            if missing == "warn" { return BuiltInResult(warnings: [message]) }
            call.say(message)
            return BuiltInResult()
        }
        let count = search.files.count
        call.say("With the provided path, there will be \(count) file\(count == 1 ? "" : "s") uploaded")
        guard packs || count == 1 else {
            throw StepFailure(
                "When 'archive' is set to false, only a single file can be uploaded. Found \(count) files to upload."
            )
        }
        let own = first.split(separator: "/").last.map(String.init) ?? first
        var upload = try ArtifactUpload(call, name: packs ? call["name"] : own)
        upload.isReplacing = replaces
        if !packs { upload.level = nil }
        let sending = upload
        let artifact = try await BlockingWork.run { try sending.send(search, for: call) }
        return ArtifactUpload.result(artifact, for: call)
    }
}
