import Testing

@testable import Engine

@Suite struct LineSplitterTests {
    private func pieces(_ chunks: [String], limit: Int) -> [OutputLine] {
        var splitter = LineSplitter(limit: limit)
        var lines: [OutputLine] = []
        for chunk in chunks { Array(chunk.utf8).withUnsafeBytes { splitter.split($0) { lines.append($0) } } }
        splitter.finish { lines.append($0) }
        return lines
    }

    @Test(arguments: [
        (["one\ntwo\n"], ["one", "two"]),
        (["o", "ne\n", "\n", "three"], ["one", "", "three"]),
        ([""], []),
        (["\r\n"], ["\r"]),
    ])
    func linesComeWholeHoweverTheyAreCut(chunks: [String], lines: [String]) {
        #expect(pieces(chunks, limit: 100).map(\.text) == lines)
    }

    @Test(arguments: ["abcdefghij\nk\n", "abcd\n", "abcdefgh\n\n", "abcdefgh", "abcdefghi"])
    func piecesOfLongLinesMakeUpTheOutputByteForByte(text: String) {
        for chunk in 1...text.count {
            let chunks = stride(from: 0, to: text.count, by: chunk).map {
                String(text.dropFirst($0).prefix(chunk))
            }
            let lines = pieces(chunks, limit: 4)
            #expect(lines.allSatisfy { $0.bytes.count <= 4 })
            #expect(lines.map { $0.text + ($0.hadNewline ? "\n" : "") }.joined() == text)
            #expect(lines.last?.endsLine == true)
        }
    }

    @Test func aFullLogSaysHowMuchIsMissing() {
        var limit = LogLimit(10)
        let whole = limit.admit(8)
        #expect(whole == 8)
        #expect(limit.marker == nil)
        let cut = [limit.admit(5), limit.admit(1)]
        #expect(cut == [2, 0])
        #expect(limit.marker == "[4 bytes not stored]")
    }

    @Test func annotationsAreKeptUpToALimitOfEachKind() {
        var limit = AnnotationLimit()
        let kept = (0..<10_000).filter { _ in limit.admit("error") }.count
        #expect(kept == 10)
        #expect(limit.omitted("error") == 9990)
        let isFirstWarningKept = limit.admit("warning")
        #expect(isFirstWarningKept)
        #expect(limit.omitted("warning") == 0)
    }
}
