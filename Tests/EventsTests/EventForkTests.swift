import Expressions
import Testing

@testable import Events

/// Which pull requests come from another repository than they go to.
struct EventForkTests {
    private func fork(_ name: String, head: Value, base: String = "o/r") -> String? {
        func repository(_ name: Value) -> Value {
            .object(ObjectValue([("repo", .object(ObjectValue([("full_name", name)])))]))
        }
        let pull = Value.object(
            ObjectValue([("head", repository(head)), ("base", repository(.string(base)))])
        )
        let payload = Value.object(ObjectValue([("pull_request", pull)]))
        return Event(name: name, payload: payload, ref: "", sha: "", actor: "").fork
    }

    @Test(arguments: ["pull_request", "pull_request_review", "pull_request_review_comment"])
    func aForkIsNamed(_ event: String) {
        #expect(fork(event, head: "eve/r") == "eve/r")
        #expect(fork(event, head: "O/R") == nil, "case does not count")
        #expect(fork(event, head: .null) == "unknown", "it was deleted")
    }

    @Test(arguments: ["pull_request_target", "push", "issue_comment"])
    func whatRunsTheRepositorysOwnFilesIsNone(_ event: String) {
        #expect(fork(event, head: "eve/r") == nil)
    }
}
