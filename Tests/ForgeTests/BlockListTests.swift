import Testing

@testable import Forge

struct BlockListTests {
    @Test func orderIsTheListsAndEveryKindOfBlockCounts() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <BlockList><Latest>YQ==</Latest>
              <Committed>Yg==</Committed><Uncommitted>Yw==</Uncommitted></BlockList>
            """
        #expect(try BlockList.read(text) == [Array("a".utf8), Array("b".utf8), Array("c".utf8)])
        #expect(try BlockList.read("<BlockList></BlockList>") == [])
        #expect(try BlockList.read("<BlockList/>") == [])
    }

    @Test(arguments: [
        "", "<BlockList>", "<BlockList><Latest>YQ==</BlockList>",
        "<BlockList><Other>YQ==</Other></BlockList>",
        "<BlockList>YQ==</BlockList>", "<BlockList><Latest></Latest></BlockList>",
        "<BlockList><Latest>?</Latest></BlockList>", "{\"blocks\":[]}",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><BlockList><Latest>&a;</Latest></BlockList>",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: ToolkitFault.self) { try BlockList.read(text) }
    }
}
