import Serving
import Testing

@testable import Cloud

struct TargetTests {
    @Test(arguments: [
        ("/storage/v1/b/x/o/a%2Fb", ["storage", "v1", "b", "x", "o", "a/b"]),
        ("/o/..%2F..%2Fetc", ["o", "../../etc"]),
        ("/o/%252F", ["o", "%2F"]),
        ("/o/a+b", ["o", "a+b"]),
        ("/o/%C3%A9", ["o", "é"]),
        ("/", [""]),
        ("http://us-central1-run.flowrun.internal/token", ["token"]),
        ("http://127.0.0.1:1?x=y", [""]),
    ])
    func pathIsCutBeforeItIsDecoded(_ text: String, _ path: [String]) throws {
        #expect(try #require(Target(text)).path == path)
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%ff", "/%C3"])
    func badEncodingIsRefused(_ text: String) {
        #expect(Target(text) == nil)
    }

    @Test func queryIsDecoded() throws {
        let query = try #require(Target("/?prefix=a%2Fb+c&delimiter=&x&n=5&n=6&bad=%")).query
        #expect(query["prefix"] == "a/b c")
        #expect(query["delimiter"] == "")
        #expect(query["x"] == "")
        #expect(try query.number("n") == 5)
        #expect(query["bad"] == nil)
        #expect(throws: StorageFault.self) { try query.number("prefix") }
    }

    @Test(arguments: [
        ("127.0.0.1:9023", true), ("127.8.9.1", true), ("localhost:1", true), ("[::1]:80", true),
        ("x.localhost", true), ("127.0.0.1.evil.example", false), ("evil.example", false),
        ("10.0.0.1", false),
        ("", false), ("127.0.0", false), ("localhost.evil.example:1", false),
    ])
    func onlyThisMachineIsLoopback(_ authority: String, _ isLocal: Bool) {
        #expect(Loopback.isLoopback(Loopback.host(ofAuthority: authority)) == isLocal)
    }
}
