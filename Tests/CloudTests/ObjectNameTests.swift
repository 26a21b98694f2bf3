import Foundation
import Testing

@testable import Cloud

struct ObjectNameTests {
    static let names: [String] = [
        "a", "model/files/md5/0f/8107faf5", "a/", "/", "//", "/a", "a//b", "../../etc/passwd", "a/../b",
        "./a",
        "..a", "...", "%2F", "%2e%2e/x", "Model.PKL", "model.pkl", "é", "e\u{301}", "日本/語", "a,object", "a,",
        ",bucket", "x,object/y", " ", "a b+c?d#e&f", "\u{0}", "\\", "C:\\x",
        String(repeating: "a", count: 1024),
        String(repeating: "é", count: 512),
        String(repeating: "A", count: 700) + "/" + String(repeating: "/", count: 300),
        String(repeating: "日", count: 60) + "/x",
    ]

    @Test(arguments: names)
    func nameComesBackFromItsPath(_ text: String) throws {
        let components = ObjectPath.components(of: try ObjectName(text))
        var bytes: [UInt8] = []
        for folder in components.dropLast() { bytes += try #require(ObjectPath.nameBytes(ofFolder: folder)) }
        let file = try #require(components.last)
        bytes += try #require(ObjectPath.nameBytes(ofFile: file))
        #expect(bytes == Array(text.utf8))
    }

    @Test(arguments: names)
    func noPartOfAPathIsAStepOrTooLong(_ text: String) throws {
        for component in ObjectPath.components(of: try ObjectName(text)) {
            #expect(component != "." && component != ".." && !component.isEmpty && component != ",bucket")
            #expect(!component.contains("/") && component.utf8.count <= 200)
            #expect(component.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            #expect(component == component.lowercased(), "a file system may not tell capitals apart")
        }
    }

    @Test func differentNamesHaveDifferentPaths() throws {
        let paths = try ObjectNameTests.names.map { ObjectPath.components(of: try ObjectName($0)) }
        #expect(Set(paths).count == paths.count)
    }

    @Test func spellingsOfOneLetterAreDifferentNames() throws {
        #expect(try ObjectName("é") != ObjectName("e\u{301}"))
        #expect(try Set([ObjectName("é"), ObjectName("e\u{301}")]).count == 2)
    }

    @Test(arguments: ["", ".", "..", "a\nb", "a\rb", String(repeating: "a", count: 1025)])
    func impossibleNameIsRefused(_ text: String) {
        #expect(throws: CloudError.self) { try ObjectName(text) }
    }

    @Test(arguments: [
        ("model-datasets-tracker", true), ("a1b", true), ("a.b_c-d", true), ("ab", false), ("", false),
        ("..", false), ("...", false), ("A-bucket", false), ("-ab", false), ("ab-", false), ("a/b", false),
        ("a%b", false), ("a,b", false), (".lock", false),
    ])
    func bucketNameIsJudged(_ name: String, _ isValid: Bool) {
        #expect(BucketName.isValid(name) == isValid)
    }
}
