import Foundation
import Testing

@testable import Git

/// What patterns choose is what git itself chooses by them.
struct SparsePatternsTests {
    @Test(
        arguments: [
            (["/*", "!/a"], [".gitignore", "bin/run", "deep/er/note.md", "readme.md"]),
            (["readme.md"], ["readme.md"]),
            (["*.md"], ["deep/er/note.md", "readme.md"]),
            (["a/"], ["a/b/c.txt", "a/x.txt"]),
            (["/a/*", "!/a/b/"], ["a/x.txt"]),
            (["b/"], ["a/b/c.txt"]),
            (["a/**/c.txt", "# a comment", ""], ["a/b/c.txt"]),
            (["**/note.md"], ["deep/er/note.md"]),
            (["deep/**"], ["deep/er/note.md"]),
            (["[br]*", "!bin"], ["a/b/c.txt", "bin/run", "readme.md"]),
            (["nowhere"], []),
        ] as [([String], [String])]
    )
    func theSameFilesAsGit(_ lines: [String], _ expected: [String]) throws {
        let sandbox = try Sandbox()
        _ = try sandbox.makeRepository()
        try FileManager.default.removeItem(atPath: sandbox.path("project/link"))
        try sandbox.write("project/a/x.txt", "beside\n")
        try sandbox.write("project/deep/er/note.md", "far\n")
        try sandbox.commit("project", "second")
        try sandbox.makeWorkspace(options: CheckoutOptions(sparse: .patterns(lines)))
        #expect(files(sandbox) == expected)
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        try sandbox.git("work", "sparse-checkout", "reapply")
        #expect(files(sandbox) == expected)
    }

    private func files(_ sandbox: Sandbox) -> [String] {
        let walk = FileManager.default.enumerator(atPath: sandbox.path("work"))
        return (walk?.compactMap { $0 as? String } ?? []).filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: sandbox.path("work/\(name)"), isDirectory: &isFolder)
            return !isFolder.boolValue && !name.hasPrefix(".git/")
        }.sorted()
    }
}
