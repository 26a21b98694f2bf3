import Testing

@testable import Engine

struct NodeWishTests {
    private func found(_ versions: String) throws -> [FoundNode] {
        try versions.split(separator: " ").map {
            FoundNode(folder: "/\($0)", version: try #require(ToolVersion($0)))
        }
    }

    @Test(
        arguments: [
            ("20", "20.20.2"), ("20.x", "20.20.2"), ("v20.1.0", "20.1.0"), (">=18 <20", "18.19.1"),
            ("^18", "18.19.1"), ("19", nil), ("latest", "23.1.0"), ("current", "23.1.0"), ("node", "23.1.0"),
            ("lts/*", "22.4.0"), ("lts/-1", "20.20.2"), ("lts/-4", nil), ("lts/iron", "20.20.2"),
            ("lts/Hydrogen", "18.19.1"), ("lts/krypton", nil), ("16 || 18", "18.19.1"),
        ]
    )
    func theNewestThatFitsIsChosen(_ text: String, _ expected: String?) throws {
        let nodes = try found("18.19.1 20.1.0 20.20.2 22.4.0 23.1.0")
        let wish = try #require(NodeWish(text))
        #expect(wish.choose(nodes)?.version.description == expected)
    }

    @Test(arguments: ["lts/nobody", "lts/-x", "twenty", "20-nightly"])
    func whatNamesNoVersionIsRefused(_ text: String) { #expect(NodeWish(text) == nil) }

    @Test func aLongTermLineIsNoneOfTheOddOnes() throws {
        #expect(try NodeWish("lts/*")?.choose(found("21.0.0 23.1.0")) == nil)
    }

    @Test(
        arguments: [
            ("v20.1.0\n", "v20.1.0"), ("lts/iron", "lts/iron"), ("nodejs 18.1.0\npython 3.11", "18.1.0"),
            ("# a comment\npython 3.11.2\nnode 20", "20"), (#"{"engines": {"node": ">=18"}}"#, ">=18"),
            (#"{"engines": {"node": ">=18"}, "volta": {"node": "20.1.0"}}"#, "20.1.0"),
            (#"{"devEngines": {"runtime": {"name": "node", "version": "22"}}}"#, "22"),
            (
                #"{"devEngines": {"runtime": [{"name": "bun"}, {"name": "node", "version": "22"}]}}"#,
                "22"
            ),
            ("[tools]\nnode = { version = \"22.1\", postinstall = \"x\" }\n", "22.1"),
            (#"{"volta": {"extends": "../base/package.json"}}"#, "21.7.3"),
            (#"{"name": "x"}"#, nil), ("[tools]\nnode = \"20\"\n", "20"), ("python 3.11", nil), ("", nil),
        ]
    )
    func aProjectsFileSaysItsNode(_ text: String, _ version: String?) throws {
        let files = [
            "app/file": text, "app/../base/package.json": #"{"volta": {"node": "21.7.3"}}"#,
        ]
        #expect(try NodeVersionFile.version(of: "app/file") { files[$0] } == version)
    }

    @Test func aFileThatExtendsItselfIsRefused() {
        #expect(throws: StepFailure.self) {
            try NodeVersionFile.version(of: "package.json") { _ in
                #"{"volta": {"extends": "package.json"}}"#
            }
        }
    }
}
