import Expressions
import Foundation
import Testing

@testable import Engine

struct FileHasherTests {
    private func withWorkspace(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let root = NSTemporaryDirectory() + "hash-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(root)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        try body(root)
    }

    @Test func hashesTheDigestsOfTheFiles() throws {
        try withWorkspace(["a.txt": "hi"]) { root in
            let hasher = FileHasher(workspace: root)
            let digest = try hasher.hash(["a.txt"])
            #expect(digest == "bc4f48d7a8651dc97ae415f0b47a52ef1a2702098202392b88bc925f6e89ee17")
            let nothing = try hasher.hash(["none"])
            #expect(nothing.isEmpty)
        }
    }

    @Test(arguments: [
        (["**/*.lock"], true), (["d"], true), (["d/?/two.lock", "d/one.lock"], true),
        (["**/*.lock", "!d/e/**"], false),
        (["# comment\nd/**/*.lock\n"], true), (["d/[a-f]/*.lock\nd/one.*"], true),
    ])
    func patternsChooseFiles(patterns: [String], findsBoth: Bool) throws {
        try withWorkspace(["d/one.lock": "1", "d/e/two.lock": "2"]) { root in
            let hasher = FileHasher(workspace: root)
            let both = try hasher.hash(["d/**"])
            let first = try hasher.hash(["d/one.lock"])
            let found = try hasher.hash(patterns)
            #expect(found == (findsBoth ? both : first))
        }
    }

    @Test func linksPipesAndOtherFoldersAreNotRead() throws {
        try withWorkspace(["a/x.txt": "1"]) { root in
            let hasher = FileHasher(workspace: root)
            let plain = try hasher.hash(["**"])
            symlink("..", root + "/a/loop")
            symlink("/etc", root + "/etc")
            mkfifo(root + "/pipe", 0o600)
            let again = try hasher.hash(["**"])
            #expect(again == plain)
            let outside = try hasher.hash(["/etc/hostname"])
            #expect(outside.isEmpty)
        }
    }

    /// As with GitHub's own script, which asks for the kind of what a link leads to.
    @Test func aLinkToAFileIsReadAlsoWhereLinksAreNotFollowed() throws {
        try withWorkspace(["a/x.txt": "1", "b/y.md": "2"]) { root in
            let hasher = FileHasher(workspace: root)
            let plain = try hasher.hash(["a/*.txt"])
            symlink("../a/x.txt", root + "/b/link.txt")
            let linked = try hasher.hash(["b/*.txt"])
            #expect(linked == plain)
            symlink("nowhere", root + "/b/broken.txt")
            #expect(throws: ExpressionError.self) { try hasher.hash(["b/*.txt"]) }
            let followed = try hasher.hash(["--follow-symbolic-links", "b/*.txt"])
            #expect(followed == plain)
        }
    }

    @Test func foldersThatNoPatternLeadsToAreNotSearched() throws {
        try withWorkspace(["a/one.lock": "1", "deep/er/two.lock": "2", "three.lock/x": "3"]) { root in
            func files(_ lines: String...) -> [String] {
                var walk = GlobWalk(
                    patterns: lines.map { GlobPattern($0, workspace: root) },
                    followsLinks: false
                )
                return walk.files(until: .now + .seconds(60)).map { String($0.dropFirst(root.count + 1)) }
            }
            #expect(files("*.lock") == ["three.lock/x"])
            #expect(files("*/*.lock") == ["a/one.lock"])
            #expect(files("*/er", "!**/x") == ["deep/er/two.lock"])
            #expect(files("d*/**/*.lock") == ["deep/er/two.lock"])
            #expect(files(".") == ["a/one.lock", "deep/er/two.lock", "three.lock/x"])
        }
    }

    @Test func aLongPathIsMatchedFast() {
        let pattern = GlobPattern("**/**/**/**/**/*a", workspace: "/w")
        let path = (["w"] + [String](repeating: "b", count: 2000)).map { Substring($0) }
        #expect(!pattern.matches(path))
    }
}
