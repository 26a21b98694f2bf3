import Foundation
import Testing
import YAML

@testable import Engine

struct ActionLockTests {
    private let digest = "sha256:" + String(repeating: "0f", count: 32)
    private let commit = String(repeating: "ab", count: 20)

    @Test func whatIsWrittenIsRead() throws {
        let text = "b/two@main \(commit) \(digest)\na/one@v1 \(commit) \(digest)\n"
        let lock = try ActionLock(text)
        #expect(try ActionLock(lock.text) == lock)
        #expect(ActionLock(lock.entries).entries.map(\.action) == ["a/one@v1", "b/two@main"])
    }

    @Test func lettersOfTheNameAreTheSameInEitherCaseThoseOfTheRefAreNot() throws {
        let lock = try ActionLock("Acme/Tool@Main \(commit) \(digest)\n")
        #expect(lock.entry(of: "acme/TOOL@Main")?.commit.hex == commit)
        #expect(lock.entry(of: "acme/tool@main") == nil)
    }

    @Test func aLineThatIsNoneAndOneThatIsThereTwiceAreFaults() {
        let line = "a/one@v1 \(commit) \(digest)"
        #expect(throws: Diagnostic.self) { try ActionLock("\(line) more\n") }
        #expect(throws: Diagnostic.self) { try ActionLock("one \(commit) \(digest)\n") }
        #expect(throws: Diagnostic.self) { try ActionLock("a/one@v1 \(commit) md5:1\n") }
        #expect { try ActionLock("# head\n\n\(line)\nA/ONE@v1 \(commit) \(digest)\n") } throws: { error in
            (error as? Diagnostic)?.location.line == 4
        }
    }

    @Test func theDigestOfAFolderTellsNamesModesAndContents() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/flowrun-digest-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: true)
        try Data("a".utf8).write(to: URL(fileURLWithPath: "\(folder)/sub/file"))
        var seen: Set<String> = [try TreeDigest.of(folder)]
        func changes() throws -> Bool { seen.insert(try TreeDigest.of(folder)).inserted }
        #expect(TreeDigest.isOne(try #require(seen.first)))
        #expect(try !changes())
        try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: true)
        #expect(try !changes(), "an empty folder is nothing, as in git")
        #expect(chmod("\(folder)/sub/file", 0o755) == 0)
        #expect(try changes())
        try FileManager.default.moveItem(atPath: "\(folder)/sub/file", toPath: "\(folder)/sub/other")
        #expect(try changes())
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "sub/other")
        #expect(try changes())
        try Data("b".utf8).write(to: URL(fileURLWithPath: "\(folder)/sub/other"))
        #expect(try changes())
    }
}
