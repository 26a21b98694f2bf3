import Foundation
import Git

/// Commits the `.dvc` and `dvc.lock` files that a job changed, through libgit2, in one commit; nothing where none changed.
///
/// flowrun's own (`uses: flowrun/commit-dvc@v1`): on other runners a step with `git add` and `git commit` does the same.
struct CommitDVC: BuiltInAction {
    static let name = "flowrun/commit-dvc"
    static let inputs = [
        BuiltInInput("message", default: "Update DVC-tracked files"),
        BuiltInInput("user_name", default: "github-actions[bot]"),
        BuiltInInput("user_email", default: "github-actions[bot]@users.noreply.github.com"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let workspace = call.workspace
        let message = call["message"]
        let bot = Signature(name: call["user_name"], email: call["user_email"], time: Date())
        let outcome = try await BlockingWork.run { () -> (files: [String], commit: CommitID?) in
            let repository = try Repository(at: workspace)
            let changed = try repository.changedFiles().map(\.path)
                .filter { $0.hasSuffix(".dvc") || $0 == "dvc.lock" || $0.hasSuffix("/dvc.lock") }
            guard !changed.isEmpty else { return ([], nil) }
            try repository.stage(changed)
            return (changed, try repository.commitStaged(message: message, author: bot, committer: bot))
        }
        guard let commit = outcome.commit else {
            call.say("No .dvc or dvc.lock file changed: nothing to commit")
            return BuiltInResult(outputs: [("changed", "false")])
        }
        call.say("Committed \(outcome.files.joined(separator: ", ")) as \(commit.hex)")
        return BuiltInResult(outputs: [("changed", "true"), ("commit", commit.hex)])
    }
}
