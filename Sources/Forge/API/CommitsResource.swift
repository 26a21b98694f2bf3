import Git
import HTTPTypes
import Hummingbird
import Store

/// `GET /commits` and `/commits/{ref}`.
enum CommitsResource {
    static func answer(_ call: APICall) async throws -> Response {
        guard call.method == .get else { throw ToolkitFault.absent }
        try call.require(.read, of: "contents")
        let revision = call.path.dropFirst().joined(separator: "/")
        guard revision.isEmpty else {
            let commit = try await call.git(at: revision) { try $0.commit($1) }
            return .json { write(commit, call, &$0) }
        }
        let (first, count) = call.page
        // One more than the page has tells whether there is a next one.
        let commits = try await call.git(at: call.query["sha"]) { repository, commit in
            Array(try repository.commitsBetween(nil, commit, limit: first + count + 1).reversed())
        }
        return .list(commits, call) { write($1, call, &$0) }
    }

    private static func write(_ commit: CommitInfo, _ call: APICall, _ json: inout JSONWriter) {
        json.field("sha", commit.id.hex)
        json.field("url", "\(call.url)/commits/\(commit.id.hex)")
        json.field("html_url", "http://\(call.host)/\(call.facts.fullName)/commit/\(commit.id.hex)")
        json.object("commit") { json in
            json.object("author") { write(commit.author, &$0) }
            json.object("committer") { write(commit.committer, &$0) }
            json.field("message", commit.message.trimmingSuffix { $0.isNewline })
            json.object("tree") { $0.field("sha", commit.tree.hex) }
        }
        json.null("author")
        json.null("committer")
        json.array("parents") { json in
            for parent in commit.parents {
                json.object { json in
                    json.field("sha", parent.hex)
                    json.field("url", "\(call.url)/commits/\(parent.hex)")
                }
            }
        }
    }

    private static func write(_ signature: Signature, _ json: inout JSONWriter) {
        json.field("name", signature.name)
        json.field("email", signature.email)
        json.field("date", signature.time)
    }
}

extension String {
    fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isCut(last) { text.removeLast() }
        return String(text)
    }
}
