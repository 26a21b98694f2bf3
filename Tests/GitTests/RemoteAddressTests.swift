import Testing

@testable import Git

@Suite struct RemoteAddressTests {
    @Test(arguments: [
        ("/srv/a.git", "/srv/a.git"), ("file:///srv/a%20b.git", "/srv/a b.git"), ("../a.git", "/home/a.git"),
        ("a.git", "/home/me/a.git"), ("file://localhost/srv/a", "/srv/a"),
    ])
    func pathsAreLocal(text: String, path: String) throws {
        #expect(try RemoteAddress(text, relativeTo: "/home/me") == .local(path))
    }

    @Test(arguments: [
        ("https://example.org/a.git", "example.org", 443),
        ("https://example.org:8443/a", "example.org", 8443),
        ("ssh://git@example.org:2222/a", "example.org", 2222), ("git@example.org:a/b.git", "example.org", 22),
        ("http://flowrun.localhost:7000/a", "flowrun.localhost", 7000),
        ("http://127.0.0.1:81/a", "127.0.0.1", 81),
    ])
    func httpsAndSSHAreAllowed(text: String, host: String, port: UInt16) throws {
        #expect(try RemoteAddress(text) == .network(url: text, host: host, port: port))
    }

    @Test(arguments: [
        "ext::sh -c touch% P", "git://example.org/a", "http://example.org/a", "-oProxyCommand=x", "",
        "ssh://-oProxyCommand=touch/x", "-oProxyCommand=x:y", "git@-oProxyCommand=x:y", "ftp://example.org/a",
        "https:///a", "file://elsewhere/a", "fd::17", "a\nb", "https://127.0.0.1.evil.org:x/a", "relative",
        "http://127.0.0.1.evil.org/a", "ssh://-u@example.org/a", "@host:path", "host:-x",
    ])
    func everythingElseIsRefused(text: String) {
        let error = #expect(throws: GitError.self) { try RemoteAddress(text) }
        #expect(error?.reason == .refusedTransport)
    }

    @Test func addressesAreShownWithoutSecrets() {
        #expect(
            RemoteAddress.redacted("https://user:pa@ss@example.org/a?token=x#y") == "https://example.org/a"
        )
    }

    @Test func credentialsDoNotPrintTheirToken() {
        #expect(!"\(Credentials(token: "hush"))".contains("hush"))
    }
}
