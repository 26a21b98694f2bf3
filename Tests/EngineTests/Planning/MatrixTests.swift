import Expressions
import Testing

@testable import Engine

struct MatrixTests {
    /// The rows of a matrix given as JSON, each as JSON.
    private func rows(_ json: String) throws -> [String] {
        try Matrix(try Value(json: json)).rows.map { Value.object($0.values).json() }
    }

    @Test(arguments: [
        (
            #"{"z":[1,2],"a":["x","y"]}"#,
            [#"{"z":1,"a":"x"}"#, #"{"z":1,"a":"y"}"#, #"{"z":2,"a":"x"}"#, #"{"z":2,"a":"y"}"#]
        ),
        // exclude compares as `==` does, and partially
        (#"{"v":["1",2,"A"],"exclude":[{"v":1},{"v":"a"}]}"#, [#"{"v":2}"#]),
        // include comes after exclude and may bring a row back
        (
            #"{"os":["a","b"],"exclude":[{"os":"a"}],"include":[{"os":"a","x":1}]}"#,
            [#"{"os":"b"}"#, #"{"os":"a","x":1}"#]
        ),
        // includes do not merge into rows of other includes
        (#"{"include":[{"site":"s"},{"site":"s","dc":1}]}"#, [#"{"site":"s"}"#, #"{"site":"s","dc":1}"#]),
        // a later include overwrites what an earlier one added
        (
            #"{"f":["p","q"],"include":[{"c":"red"},{"f":"p","c":"blue"},{"f":"r"}]}"#,
            [#"{"f":"p","c":"blue"}"#, #"{"f":"q","c":"red"}"#, #"{"f":"r"}"#]
        ),
        // what is absent from a value, or behind the end of a list, is null; what a filter does not name may be anything
        (
            #"{"o":[{"l":[1,2]},{"l":[3]},{"l":[]}],"exclude":[{"o":{"l":[1]}},{"o":{"l":[3,null]}}]}"#,
            [#"{"o":{"l":[]}}"#]
        ),
        (#"{"o":[{"a":1},{"b":1}],"exclude":[{"o":{"b":null}}]}"#, [#"{"o":{"b":1}}"#]),
        (#"{"o":["text",{"n":1}],"exclude":[{"o":{"n":1}}]}"#, [#"{"o":"text"}"#]),
        // in a row of an include's own the keys of vectors stand first
        (
            #"{"b":[1],"a":[1],"include":[{"x":9,"a":2,"b":3}]}"#,
            [#"{"b":1,"a":1}"#, #"{"a":2,"b":3,"x":9}"#]
        ),
    ])
    func makesTheRowsThatGitHubMakes(matrix: String, expected: [String]) throws {
        #expect(try rows(matrix) == expected)
    }

    @Test(arguments: [
        (#"{}"#, "at least one vector"), (#"{"v":[]}"#, "does not contain any values"),
        (#"{"v":[1],"exclude":[{"w":1}]}"#, "'w'"), (#"{"v":1}"#, "'v' must be a list"),
        ("[]", "must be a mapping"),
    ])
    func refusesWhatMakesNoRows(matrix: String, part: String) throws {
        let error = #expect(throws: MatrixError.self) { try rows(matrix) }
        #expect(error?.description.contains(part) == true)
    }

    @Test func refusesTooManyRowsBeforeBuildingThem() throws {
        let vector = "[" + (1...1000).map(String.init).joined(separator: ",") + "]"
        let matrix = #"{"a":\#(vector),"b":\#(vector),"c":\#(vector),"d":\#(vector)}"#
        #expect(throws: MatrixError.self) { try rows(matrix) }
    }

    @Test func excludesMayLeaveFewRowsOfMany() throws {
        let vector = "[" + (1...40).map(String.init).joined(separator: ",") + "]"
        let excludes = (2...40).map { #"{"a":\#($0)}"# }.joined(separator: ",")
        #expect(try rows(#"{"a":\#(vector),"b":\#(vector),"exclude":[\#(excludes)]}"#).count == 40)
    }

    @Test func namesShowPrimitiveLeavesAndNotExtras() throws {
        let json = #"{"b":[true],"n":[3.10],"o":[{"k":"deep"}],"include":[{"extra":"x"}]}"#
        let row = try Matrix(try Value(json: json)).rows[0]
        #expect(JobName.of(id: "a", given: nil, isExpression: false, row: row) == "a (true, 3.1, deep)")
        #expect(
            JobName.of(id: "a", given: "Build", isExpression: false, row: row) == "Build (true, 3.1, deep)"
        )
        #expect(JobName.of(id: "a", given: "on x", isExpression: true, row: row) == "on x")
        #expect(JobName.of(id: "a", given: "a", isExpression: true, row: row) == "a")
        #expect(JobName.of(id: "a", given: "", isExpression: true, row: row) == "a (true, 3.1, deep)")
        let long = JobName.of(
            id: "a",
            given: String(repeating: "n", count: 101),
            isExpression: false,
            row: nil
        )
        #expect(long == String(repeating: "n", count: 97) + "...")
    }
}
