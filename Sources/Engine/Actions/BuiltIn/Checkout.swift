import Foundation
import Git

/// `actions/checkout` through libgit2: the event's repository at the event's commit, its objects shared rather than copied.
struct Checkout: BuiltInAction {
    static let name = "actions/checkout"
    static let inputs = [
        BuiltInInput("repository"), BuiltInInput("ref"), BuiltInInput("token"), BuiltInInput("path"),
        BuiltInInput("persist-credentials", default: "true"), BuiltInInput("clean", default: "true"),
        BuiltInInput("fetch-depth", default: "1"), BuiltInInput("fetch-tags", default: "false"),
        BuiltInInput("show-progress", default: "true"), BuiltInInput("set-safe-directory", default: "true"),
        BuiltInInput("lfs", default: "false"), BuiltInInput("submodules", default: "false"),
        BuiltInInput("github-server-url"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        for absent in ["lfs", "submodules"] where call[absent] != "false" && !call[absent].isEmpty {
            throw StepFailure(
                "Input '\(absent): \(call[absent])' is not part of this version of flowrun's own checkout"
            )
        }
        let facts = call.facts
        let repository = call["repository"].isEmpty ? facts.repository.fullName : call["repository"]
        guard repository.lowercased() == facts.repository.fullName.lowercased() else {
            throw StepFailure(
                "this version of flowrun's own checkout takes the run's repository (\(facts.repository.fullName)) "
                    + "alone, not '\(repository)'"
            )
        }
        guard let depth = Int(call["fetch-depth"]), depth >= 0 else {
            throw StepFailure("Input 'fetch-depth' must be a whole number, not '\(call["fetch-depth"])'")
        }
        let folder = try place(call)
        let given = call["ref"]
        let origin = facts.repository.origin
        let source = facts.repository.source
        let fetchesTags = try call.flag("fetch-tags")
        let checkedOut = try await BlockingWork.run {
            let repository = try Repository(at: source)
            guard var commit = CommitID(facts.sha) else {
                throw StepFailure("the run has no commit to check out")
            }
            var ref: String? = facts.ref.isEmpty ? nil : facts.ref
            if !given.isEmpty, given != facts.ref, given != facts.sha {
                let resolved = try repository.resolve(given)
                commit = resolved.commit
                ref = resolved.ref
            }
            _ = try Repository.makeWorkspace(
                from: .local(source),
                at: commit,
                ref: ref,
                into: folder,
                options: CheckoutOptions(depth: depth, fetchTags: fetchesTags, originURL: origin)
            )
            return (commit: commit, ref: ref ?? commit.hex, warning: try Self.behind(repository, commit, ref))
        }
        call.say("Checked out \(checkedOut.commit.hex) (\(checkedOut.ref))")
        var result = BuiltInResult(outputs: [("ref", checkedOut.ref), ("commit", checkedOut.commit.hex)])
        if let warning = checkedOut.warning { result.warnings = [warning] }
        return result
    }

    /// What to say where the origin's branch has gone on: a push from here would have to be put on top of it.
    private static func behind(_ repository: Repository, _ commit: CommitID, _ ref: String?) throws -> String?
    {
        guard let ref, ref.hasPrefix("refs/heads/") else { return nil }
        let branch = ref.dropFirst("refs/heads/".count)
        guard let tip = try repository.commitOfReference("refs/remotes/origin/\(branch)"), tip != commit,
            try repository.isAncestor(commit, of: tip)
        else { return nil }
        return
            "\(branch) is behind origin/\(branch): this run works on \(commit.short), not on \(tip.short); `git pull` takes it over"
    }

    /// The folder to fill: the workspace, or `path` under it.
    private func place(_ call: BuiltInCall) throws -> String {
        let path = call["path"]
        guard !path.isEmpty else { return call.workspace }
        let folder = URL(fileURLWithPath: "\(call.workspace)/\(path)").standardizedFileURL.path
        guard folder == call.workspace || folder.hasPrefix(call.workspace + "/") else {
            throw StepFailure("Repository path '\(folder)' is not under '\(call.workspace)'")
        }
        try JobFolders.make(folder)
        return folder
    }
}
