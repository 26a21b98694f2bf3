import Testing

@testable import Engine

@Suite struct ForgeAddressTests {
    @Test(arguments: [
        ("https://github.com/octo/cat.git", "https://github.com", "octo/cat"),
        ("https://me:token@git.example.org:8443/octo/cat", "https://git.example.org:8443", "octo/cat"),
        ("http://localhost:3000/octo/cat.git", "http://localhost:3000", "octo/cat"),
        ("ssh://git@git.example.org:2222/octo/cat.git", "https://git.example.org", "octo/cat"),
        ("https://t:x@forge.example/group/sub/cat", "https://forge.example", "group/sub/cat"),
        ("git@github.com:octo/cat.git", "https://github.com", "octo/cat"),
    ])
    func theWebAddressFollowsTheRemote(remote: String, server: String, path: String) throws {
        let address = try #require(ForgeAddress(remote))
        #expect(address.server == server && address.path == path)
    }

    @Test(arguments: ["/srv/git/cat.git", "file:///srv/git/cat.git", "https://github.com/cat", "../cat.git"])
    func otherRemotesAreNoForge(remote: String) {
        #expect(ForgeAddress(remote) == nil)
    }
}
