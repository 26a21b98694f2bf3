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

    @Test func namesShowPrimitiveLeavesAndNotExtras() throws {
        let json = #"{"b":[true],"n":[3.10],"o":[{"k":"deep"}],"include":[{"extra":"x"}]}"#
        let row = try Matrix(try Value(json: json)).rows[0]
        #expect(JobName.of(id: "a", given: nil, isExpression: false, row: row) == "a (true, 3.1, deep)")
        #expect(
            JobName.of(id: "a", given: "Build", isExpression: false, row: row) == "Build (true, 3.1, deep)"
        )
        #expect(JobName.of(id: "a", given: "on x", isExpression: true, row: row) == "on x")
    }
}
