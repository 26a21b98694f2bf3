import Testing

@testable import Expressions

/// Whatever the text, it is read or refused: no trap and no hang.
///
/// The seeds are fixed, so that a failure comes back.
struct FuzzTests {
    static let scope = Scope(
        contexts: [
            "github": ["a": [1, ["b": "c"]], "b": "text"], "x": [[1, 2], [3]], "s": "[1,{\"a\":null}]",
        ],
        functions: ["success": { _ in true }, "failure": { _ in false }]
    )

    static let samples = [
        "github.a.*.b == 'c' && !contains(x, 1) || success()",
        "format('{0} {{}} {1}', x[0][1], toJSON(github))",
        "fromJSON(s)[1].a", "case(true, join(x.*[0], '-'), 1 >= -0x1F)", "'it''s' <= .5e3 && (null || NaN)",
        "startsWith(github['b'], 'te') != endsWith(s, ']')", "${{ x }} and ${{ '}}' }} é 😀",
        #"{"a": [1, -2.5e10, "\u00e9\ud83d\ude00"], "b": {"c": null}}"#, "/* c */ {'a': [0x1F, .5,], b: NaN}",
    ]

    static let pieces = [
        "(", ")", "[", "]", ".", "*", ",", "!", "==", "&&", "||", "<", "'", "''", "{", "}", "${{", "}}", "x",
        "github",
        "format(", "toJSON(", "fromJSON(", "-", "1", "0x", "1e9", " ", "\u{A0}", "é", "😀", "\0", "{0}", "\\u",
        "\"", "/*",
        "*/", "//", "\n", "null", ":",
    ].map { Array($0.utf8) }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func mutatedTextIsReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            var bytes = Array((Self.samples.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) { Self.mutate(&bytes, &random) }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 100..<110 as Range<UInt64>)
    func randomBytesAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...60, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 200..<210 as Range<UInt64>)
    func randomTokensAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 1...25, using: &random)
            let bytes = (0..<count).flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func repeatedPiecesAreReadOrRefused() {
        for piece in Self.pieces {
            Self.read(String(decoding: Array(repeating: piece, count: 4000).joined(), as: UTF8.self))
            Self.read("x" + String(decoding: Array(repeating: piece, count: 4000).joined(), as: UTF8.self))
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2 where place < bytes.count: bytes.remove(at: place)
        case 3 where place < bytes.count: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        default: bytes.removeSubrange(place..<Int.random(in: place...bytes.count, using: &random))
        }
    }

    /// Reads the text as everything that it could be.
    ///
    /// That it returns is the claim; what is accepted must also agree with itself.
    private static func read(_ text: String) {
        do throws(ExpressionError) {
            let expression = try Expression(text)
            _ = expression.references(to: "github")
            _ = try expression.evaluate(in: scope)
        } catch {
            check(error, text)
        }
        do throws(ExpressionError) {
            _ = try Template(text).evaluate(in: scope)
        } catch {
            check(error, text)
        }
        do throws(ExpressionError) {
            _ = try Condition(text).evaluate(in: scope)
        } catch {
            check(error, text)
        }
        for isLenient in [false, true] {
            do throws(JSONError) {
                let value = try Value(json: text, lenient: isLenient)
                #expect(
                    try Value(json: value.json(), lenient: true).isIdentical(to: value),
                    "\(text.debugDescription)"
                )
            } catch {
                #expect(error.offset <= text.utf8.count)
            }
        }
    }

    private static func check(_ error: ExpressionError, _ text: String) {
        #expect(!error.message.isEmpty)
        guard let range = error.range else { return }
        #expect(range.lowerBound >= 0 && range.upperBound <= text.utf8.count, "\(text.debugDescription)")
    }
}

/// A small generator of random numbers that starts where it is told to.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
