/// The properties of the `github` context that people without any rights can set.
enum UntrustedInput {
    /// Whether a path below `github` is such a property, or holds one.
    static func contains(_ path: [String]) -> Bool {
        if path.isEmpty || path == ["head_ref"] || path == ["event"] { return true }
        guard path.first == "event" else { return false }
        let path = path.dropFirst()
        return paths.contains { pattern in
            pattern.count >= path.count && zip(pattern, path).allSatisfy(fits)
        }
    }

    /// Whether a path below `github` is a name or a text that those choose who can push, label or rename.
    static func isFree(_ path: [String]) -> Bool {
        if ["ref", "ref_name", "base_ref"].contains(path.first), path.count == 1 { return true }
        guard path.first == "event", path.count > 1, let last = path.last else { return false }
        if path[1] == "client_payload" { return true }
        return [
            "ref", "title", "body", "name", "message", "label", "email", "description", "head_branch", "path",
            "homepage", "default_branch", "display_title", "page_name", "tag_name",
        ].contains(last)
    }

    private static func fits(_ pattern: Substring, _ part: String) -> Bool {
        if part == "*" || pattern == part { return true }
        return pattern == "*" && Int(part) != nil
    }

    private static let paths: [[Substring]] = [
        "issue.title", "issue.body", "pull_request.title", "pull_request.body", "discussion.title",
        "discussion.body", "comment.body", "review.body", "review_comment.body", "pages.*.page_name",
        "head_commit.message", "head_commit.author.email", "head_commit.author.name",
        "head_commit.committer.email", "head_commit.committer.name",
        "commits.*.message", "commits.*.author.email", "commits.*.author.name",
        "commits.*.committer.email", "commits.*.committer.name",
        "pull_request.head.ref", "pull_request.head.label", "pull_request.head.repo.default_branch",
        "pull_request.head.repo.description", "pull_request.head.repo.homepage",
        "workflow_run.head_branch", "workflow_run.display_title", "workflow_run.head_commit.message",
        "workflow_run.head_commit.author.email", "workflow_run.head_commit.author.name",
        "workflow_run.head_commit.committer.email", "workflow_run.head_commit.committer.name",
        "workflow_run.head_repository.description", "workflow_run.pull_requests.*.head.ref",
        "release.name", "release.body", "release.tag_name",
        "changes.title.from", "changes.body.from", "changes.head.ref.from", "label.description",
        "issue.milestone.title", "issue.milestone.description",
    ].map { (path: String) in path.split(separator: ".") }
}
