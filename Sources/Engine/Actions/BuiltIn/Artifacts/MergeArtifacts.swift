import Foundation
import Store

/// `actions/upload-artifact/merge`: makes one artifact of several of the run.
struct MergeArtifacts: BuiltInAction {
    static let name = "actions/upload-artifact/merge"
    static let inputs = [
        BuiltInInput("name", default: "merged-artifacts"), BuiltInInput("pattern", default: "*"),
        BuiltInInput("separate-directories", default: "false"), BuiltInInput("retention-days"),
        BuiltInInput("compression-level", default: "6"), BuiltInInput("delete-merged", default: "false"),
        BuiltInInput("include-hidden-files", default: "false"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let (apart, deletes, hidden) = (
            try call.flag("separate-directories"), try call.flag("delete-merged"),
            try call.flag("include-hidden-files")
        )
        let upload = try ArtifactUpload(call, name: call["name"])
        let store = call.services.store
        let merged = try await BlockingWork.run {
            let found = try store.artifacts(ofRunOf: call.facts.runID).filter {
                ArtifactPattern(call["pattern"]).matches($0.name)
            }
            guard !found.isEmpty else {
                throw StepFailure("No artifacts found matching pattern '\(call["pattern"])'")
            }
            let folder = "\(call.temp)/merge-artifact-\(UUID().uuidString.lowercased())"
            defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays goes with the job
            try ArtifactDownload.announce(found, call)
            for artifact in found {
                try ArtifactDownload(artifact).unpack(
                    into: apart ? "\(folder)/\(artifact.name)" : folder,
                    call
                )
            }
            let search = ArtifactFileSearch(folder, hidden: hidden, workspace: folder)
            guard !search.files.isEmpty else { throw StepFailure("The merged artifacts hold no files") }
            let artifact = try upload.send(search, for: call)
            call.say("The \(found.count) artifact(s) have been successfully merged!")
            if deletes {
                for old in found { try store.deleteArtifact(old.id) }
                call.say("The \(found.count) artifact(s) have been deleted")
            }
            return artifact
        }
        return ArtifactUpload.result(merged, for: call)
    }
}
