import Testing

@testable import Engine

/// What `permissions` give a job's own token.
struct TokenRightsTests {
    @Test func namingOneScopeTakesAllOthers() {
        let rights = TokenRights(.scopes(["issues": "write"]))
        #expect(rights["issues"] == .write && rights["contents"] == .none)
        #expect(rights["metadata"] == .read)
    }

    @Test func withoutPermissionsContentsAndPackagesAreRead() {
        let rights = TokenRights.restricted
        #expect(rights["contents"] == .read && rights["packages"] == .read && rights["issues"] == .none)
    }

    @Test func aCallHandsDownWhatItHasAndNoMore() {
        let caller = TokenRights(.scopes(["contents": "read", "issues": "write"]))
        let called = TokenRights(.writeAll).within(caller)
        #expect(called["contents"] == .read && called["issues"] == .write && called["checks"] == .none)
        #expect(TokenRights(.readAll).within(TokenRights(.writeAll))["checks"] == .read)
    }

    @Test func eachJobHasATokenOfItsOwnUnderAllItsNames() {
        let own = LocalToken.make()
        let secrets = JobToken.renewed(in: ["GITHUB_TOKEN": own, "PUSH": own, "OTHER": "x"])
        #expect(secrets["GITHUB_TOKEN"] != own && secrets["PUSH"] == secrets["GITHUB_TOKEN"])
        #expect(secrets["OTHER"] == "x")
        #expect(LocalToken.isLocal(secrets["GITHUB_TOKEN"] ?? ""))
        #expect(JobToken.renewed(in: ["GITHUB_TOKEN": "ghp_given"])["GITHUB_TOKEN"] == "ghp_given")
    }
}
