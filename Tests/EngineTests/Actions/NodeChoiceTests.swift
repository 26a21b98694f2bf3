import Testing

@testable import Engine

struct NodeChoiceTests {
    @Test(arguments: [
        ("v20.11.1\n", ToolVersion(numbers: [20, 11, 1])),
        ("v23.0.0-nightly2024\n", ToolVersion(numbers: [23])),
        (" v8.0.0", ToolVersion(numbers: [8])),
    ])
    func readsWhatNodePrints(_ text: String, _ version: ToolVersion) {
        #expect(ToolVersion(printedByNode: text) == version)
    }

    @Test(arguments: [
        "", "20.1.0", "v20", "v20.1", "v20..1", "vx.y.z", "v20.1.99999999999999999999", "node v20.1.0",
    ])
    func anythingElseIsNoVersion(_ text: String) {
        #expect(ToolVersion(printedByNode: text) == nil)
    }

    @Test func theFirstThatIsNewEnoughIsTaken() {
        let programs = [node(18), node(20), node(24)]
        #expect(NodeChoice(20, among: programs) == .fits(node(20)))
        #expect(NodeChoice(12, among: programs) == .fits(node(18)))
    }

    @Test func otherwiseTheNewestMayBeTwoLinesBehind() {
        #expect(NodeChoice(24, among: [node(18), node(20), node(19)]) == .older(node(20)))
        #expect(NodeChoice(24, among: [node(19), node(18)]) == .tooOld(node(19)))
        #expect(NodeChoice(20, among: []) == .none)
    }

    private func node(_ major: Int) -> NodeProgram {
        NodeProgram(path: "/\(major)/node", version: ToolVersion(numbers: [major]))
    }
}
