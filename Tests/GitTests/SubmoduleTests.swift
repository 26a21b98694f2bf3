import Foundation
import Testing

@testable import Git

struct SubmoduleTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        _ = try sandbox.makeRepository("library")
        _ = try sandbox.makeRepository()
        try sandbox.git(
            "project",
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            "../library",
            "parts/library"
        )
        try sandbox.commit("project", "with a part")
    }

    @Test func aSubmoduleIsFilledInItsPlace() throws {
        let workspace = try sandbox.makeWorkspace()
        let module = try #require(try workspace.submodules().first)
        #expect(
            module
                == Submodule(
                    name: "parts/library",
                    path: "parts/library",
                    url: sandbox.path("library"),
                    commit: try sandbox.tip("library")
                )
        )
        try workspace.fill(module, depth: 1)
        #expect(sandbox.exists("work/parts/library/readme.md"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(try sandbox.git("work", "submodule", "status").hasPrefix(try sandbox.tip("library").hex))
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        let workspace = try sandbox.makeWorkspace()
        let module = try #require(try workspace.submodules().first)
        try sandbox.write("outside/readme.md", "safe\n")
        try FileManager.default.removeItem(atPath: sandbox.path("work/parts/library"))
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.path("work/parts/library"),
            withDestinationPath: sandbox.path("outside")
        )
        try workspace.fill(module, depth: 1)
        #expect(try sandbox.read("outside/readme.md") == "safe\n")
        #expect(try sandbox.read("work/parts/library/readme.md") == "one\n")
    }

    @Test func anAddressThatIsMissingIsNamed() throws {
        try FileManager.default.removeItem(atPath: sandbox.path("project/.gitmodules"))
        try sandbox.commit("project", "without its address")
        let workspace = try sandbox.makeWorkspace()
        let error = #expect(throws: GitError.self) { try workspace.submodules() }
        #expect(error?.description.contains("parts/library") == true)
    }
}
