import Foundation
import Testing

@testable import Engine

private let secret = #"p@ss w0rd"&<x>/y\z"#

/// What masking `text` gives when it comes in the pieces that `cuts` makes of it.
private func masked(_ text: [UInt8], with masker: Masker, cutAt cuts: [Int]) -> [UInt8] {
    var stream = MaskStream(masker)
    var result: [UInt8] = []
    var start = 0
    for cut in cuts + [text.count] {
        Array(text[start..<cut]).withUnsafeBytes { stream.write($0, into: &result) }
        start = cut
    }
    stream.finish(into: &result)
    return result
}

private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

@Suite struct MaskerTests {
    static let forms: [(String, String)] = [
        ("plain", secret),
        ("base64", base64(secret)),
        ("base64 behind one byte and two", base64("u:" + secret)),
        ("base64 behind one byte", base64("u" + secret)),
        ("base64 in the middle", base64("uu:" + secret + ":more")),
        ("base64 without padding", base64(secret).replacingOccurrences(of: "=", with: "")),
        (
            "url-safe base64",
            base64("x?" + secret).replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "+", with: "-")
        ),
        ("URL, upper case", "p%40ss%20w0rd%22%26%3Cx%3E%2Fy%5Cz"),
        ("URL, lower case", "p%40ss%20w0rd%22%26%3cx%3e%2fy%5cz"),
        ("URL with plus", "p%40ss+w0rd%22%26%3Cx%3E%2Fy%5Cz"),
        ("URL, slash kept", "p%40ss%20w0rd%22%26%3Cx%3E/y%5Cz"),
        ("JSON", #"p@ss w0rd\"&<x>/y\\z"#),
        ("JSON, slash escaped", #"p@ss w0rd\"&<x>\/y\\z"#),
        ("JSON of Go", #"p@ss w0rd\"\u0026\u003cx\u003e/y\\z"#),
        ("XML", "p@ss w0rd\"&amp;&lt;x&gt;/y\\z"),
        ("HTML", "p@ss w0rd&quot;&amp;&lt;x&gt;/y\\z"),
        ("printf %q", #"p@ss\ w0rd\"\&\<x\>/y\\z"#),
        ("hex", secret.utf8.map { String(format: "%02x", $0) }.joined()),
        ("hex, upper case", secret.utf8.map { String(format: "%02X", $0) }.joined()),
        ("with colour codes inside", "p@ss\u{1B}[31m w0\u{1B}[0mrd\"&<x>/y\\z"),
    ]

    @Test(arguments: forms)
    func everyFormIsMaskedAtEveryCut(name: String, form: String) {
        let masker = Masker([secret])
        let text = Array("before \(form) after\n".utf8)
        let whole = masked(text, with: masker, cutAt: [])
        let shown = String(decoding: whole, as: UTF8.self)
        #expect(shown.hasPrefix("before ") && shown.hasSuffix(" after\n"), "\(shown)")
        #expect(shown.contains("***"), "\(shown)")
        #expect(!shown.contains("w0"), "\(shown)")
        #expect(shown.utf8.count <= text.count - form.utf8.count + 3 + 12, "at most the edges stay: \(shown)")
        for cut in 0...text.count {
            #expect(masked(text, with: masker, cutAt: [cut]) == whole, "cut at \(cut)")
        }
        #expect(masked(text, with: masker, cutAt: Array(0...text.count)) == whole, "byte by byte")
    }

    @Test func dollarSignsAreMaskedWhenDoubled() {
        #expect(Masker(["mo$ney$"]).maskedText("a mo$$ney$$ b") == "a *** b")
    }

    @Test func base64WrappedInLinesIsMasked() {
        let masker = Masker([secret])
        for lead in 40...60 {
            let encoded = Array(base64(String(repeating: "x", count: lead) + secret + "tail of it").utf8)
            var wrapped: [UInt8] = []
            for (index, byte) in encoded.enumerated() {
                if index > 0, index.isMultiple(of: 76) { wrapped.append(0x0A) }
                wrapped.append(byte)
            }
            let shown = masker.masked(wrapped)
            let lines = String(decoding: shown, as: UTF8.self).split(separator: "\n")
            let joined = lines.joined().replacingOccurrences(of: "***", with: "")
            #expect(shown.filter { $0 == 0x0A }.count == wrapped.filter { $0 == 0x0A }.count)
            // Less than half of the secret's characters may be left, those at its two edges.
            #expect(encoded.count - joined.utf8.count >= secret.utf8.count * 4 / 3 - 8, "lead \(lead)")
        }
    }

    @Test func everyLineOfAValueIsMaskedByItself() {
        let masker = Masker(["alpha4711\nbravo0815"])
        #expect(masker.maskedText("one bravo0815\ntwo alpha4711") == "one ***\ntwo ***")
        #expect(!masker.maskedText(base64("alpha4711")).contains("YWxwaGE0Nz"))
        #expect(masker.maskedText("alpha4711\nbravo0815\nend") == "***\n***\nend")
    }

    @Test func overlappingAndTouchingSecretsMakeOneMask() {
        #expect(Masker(["abcd", "cdef"]).maskedText("xabcdefx") == "x***x")
        #expect(Masker(["abcd", "abcdefgh"]).maskedText("abcdefgh abcdef") == "*** ***ef")
        #expect(Masker(["key-1"]).maskedText("<key-1key-1>") == "<***>")
        #expect(Masker(["aaaab"]).maskedText("aaaaaaaab") == "aaaa***")
    }

    @Test func stringsInAJSONDocumentAreMasked() {
        let masker = Masker([
            #"{"user": "octocat", "n": {"token": "abcdef"}, "list": ["short", "longer"], "x": 1234567}"#
        ])
        #expect(
            masker.maskedText(#"token=abcdef user=octocat short longer"#) == "token=*** user=*** short ***"
        )
        #expect(masker.containsSecret("the octocat"))
        #expect(!masker.containsSecret("the cat"))
    }

    @Test(arguments: [
        ("", Masker.Refusal.empty), (" \n", .empty), ("a", .short(length: 1)), ("abc", .short(length: 3)),
    ])
    func emptyAndShortValuesAreReportedAndNotMasked(value: String, refusal: Masker.Refusal) {
        let masker = Masker()
        #expect(masker.add(value) == refusal)
        #expect(masker.maskedText("banana abc") == "banana abc")
    }

    @Test func veryLongValuesAreMaskedInBoundedMemory() {
        let masker = Masker()
        let value = String((0..<200_000).map { _ in "abcdefghijklmnop".randomElement() ?? "a" })
        #expect(masker.add(value) == nil)
        #expect(masker.maskedText("<\(value)>") == "<***>")
        #expect(masker.patterns.literal.longest < 9000)
        #expect(masker.add(String(repeating: "x", count: 5 << 20)) == .full)
    }

    @Test func aMaskHoldsFromTheNextByteOn() {
        let masker = Masker()
        var stream = MaskStream(masker)
        var result: [UInt8] = []
        Array("hunter22 ".utf8).withUnsafeBytes { stream.write($0, into: &result) }
        masker.add("hunter22")
        Array("hunter22\n".utf8).withUnsafeBytes { stream.write($0, into: &result) }
        stream.finish(into: &result)
        #expect(String(decoding: result, as: UTF8.self) == "hunter22 ***\n")
    }

    @Test func whatIsHeldBackIsBounded() {
        let masker = Masker([String(repeating: "ab", count: 50)])
        var stream = MaskStream(masker)
        var result: [UInt8] = []
        let newlines = [UInt8](repeating: 0x0A, count: 1 << 20)
        Array("YWJhYmFiYWJhYmFi".utf8).withUnsafeBytes { stream.write($0, into: &result) }
        newlines.withUnsafeBytes { stream.write($0, into: &result) }
        #expect(result.count > newlines.count / 2)
    }

    @Test func aLineIsNotHeldBackForItsLastLetter() {
        var stream = MaskStream(Masker(["progress-secret"]))
        var result: [UInt8] = []
        Array("step p\n".utf8).withUnsafeBytes { stream.write($0, into: &result) }
        #expect(stream.holdsNothing)
    }

    /// Compares with the plain definition: every byte that is in some occurrence of a secret is hidden.
    @Test func randomTextsAreMaskedAsTheDefinitionSays() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let secrets = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 4...7, using: &random)).map { _ in
                        "ab".randomElement(using: &random) ?? "a"
                    }
                )
            }
            let text = Array(
                String((0..<60).map { _ in "aab.".randomElement(using: &random) ?? "a" }).utf8
            )
            var hidden = [Bool](repeating: false, count: text.count)
            for secret in secrets.map({ Array($0.utf8) }) {
                for start in 0...(text.count - secret.count)
                where Array(text[start..<(start + secret.count)]) == secret {
                    for index in start..<(start + secret.count) { hidden[index] = true }
                }
            }
            var expected: [UInt8] = []
            for index in text.indices {
                if !hidden[index] {
                    expected.append(text[index])
                } else if index == 0 || !hidden[index - 1] {
                    expected += Array("***".utf8)
                }
            }
            let cuts = (0..<5).map { _ in Int.random(in: 0...text.count, using: &random) }.sorted()
            #expect(
                masked(text, with: Masker(secrets), cutAt: cuts) == expected,
                "\(secrets) in \(String(decoding: text, as: UTF8.self)) cut at \(cuts)"
            )
        }
    }
}
