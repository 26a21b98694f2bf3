import Foundation
import Testing
import YAML

@testable import Workflows

/// Whatever a file holds, it is read or refused, in bounded time and without a trap.
///
/// The seeds are fixed, so that a failure comes back.
@Suite struct FuzzTests {
    /// Real files: the package's own workflows, and all that the rules are shown by.
    static let samples: [[UInt8]] = {
        let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = package.appendingPathComponent("workflows")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.sorted().compactMap {
            try? Data(contentsOf: folder.appendingPathComponent($0))
        }
        return files.map(Array.init) + RuleDocsTests.examples.map { Array(RuleExample.whole($0.bad).utf8) }
    }()

    static let pieces = [
        "${{", "}}", "\n", "\n  ", "- ", ": ", "{", "}", "[", "]", "|\n", ">-\n", "'", "\"", "&a ", "*a",
        "!!int ", "#",
        "\t", "\r", "\u{85}", "é", "😀", "\0", "github.event", "matrix.", "steps.", "fromJSON(",
        "::set-output name=", "$A",
        ">> $GITHUB_ENV", "if: ", "run: ", "uses: ", "on: ", "jobs:", "0x", "1e999", ".nan", "~", "---",
        "<<: ", "? ",
    ].map { Array($0.utf8) }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func mutatedFilesAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end {
            var bytes = Self.samples.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...10, using: &random) { Self.mutate(&bytes, &random) }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 100..<104 as Range<UInt64>)
    func randomBytesAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...200, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 200..<204 as Range<UInt64>)
    func randomPiecesAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<300 {
            let count = Int.random(in: 1...60, using: &random)
            let bytes = (0..<count).flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
            Self.read(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Files that are within every limit and yet were made to take long.
    @Test(arguments: [
        "      - { id: s%, run: 'echo ${{ steps.t%.outputs.x }}' }\n",
        "      - { if: '${{ github.a }} x', run: x }\n",
        "      - run: 'echo ::set-output name=a::b > c.md'\n",
        "      - run: echo ${{ secrets.A }} > f%\n",
        "      - run: echo ${{ secrets.A }} > f% && rm f%\n",
        "      - uses: actions/checkout@v4\n",
        "      - { id: s%, run: 'echo a=${{ steps.s%.outputs.a || github.head_ref }} >> $GITHUB_OUTPUT' }\n",
        "      - unknown%: a\n",
    ])
    func longFilesTakeTimeInProportion(step: String) {
        Self.expectProportion { count in (0..<count).map { step.replacing("%", with: "\($0)") }.joined() }
    }

    @Test(arguments: ["$a", "          echo $A > f%\n", "          echo 'é' ; git push\n"])
    func longScriptsTakeTimeInProportion(part: String) {
        Self.expectProportion { count in
            let parts = (0..<4 * count).map { part.replacing("%", with: "\($0)") }.joined()
            let start = part.hasPrefix(" ") ? "" : "          "
            return "      - env: { A: '${{ secrets.A }}' }\n        run: |\n\(start)\(parts)\n"
        }
    }

    private static func expectProportion(_ steps: (Int) -> String) {
        func seconds(_ count: Int) -> Double {
            let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + steps(count)
            let start = ContinuousClock.now
            _ = lint(text, file: "w.yml", notes: true)
            let time = (ContinuousClock.now - start).components
            return Double(time.seconds) + Double(time.attoseconds) / 1e18
        }
        // Eight times the steps: quadratic work would take sixty-four times as long.
        let (short, long) = (seconds(500), seconds(4000))
        #expect(long < 30 * max(short, 0.02), "\(short) s, \(long) s")
    }

    @Test func aliasesCannotRepeatMoreThanTheLimit() {
        let expression = Array(repeating: "github.evnt", count: 1500).joined(separator: " && ")
        let aliases = (0..<2000).map { "B\($0): *a" }.joined(separator: ", ")
        let text = workflow(
            job: "runs-on: x\nenv: { A: &a '${{ \(expression) }}', \(aliases) }\nsteps: [ { run: x } ]"
        )
        #expect(lint(text, file: "w.yml").map(\.code) == ["yaml-limit"])
    }

    @Test func ofTooManyDiagnosticsTheErrorsStay() throws {
        let warnings = (0..<1200).map { _ in "- { shell: perl, run: x }" }.joined(separator: "\n")
        let found = lint(workflow(steps: warnings + "\n- { rum: x }"), file: "w.yml")
        #expect(found.count == 1000)
        #expect(found.contains { $0.severity == .error })
        #expect(found.contains { $0.hint?.hasSuffix("202 more are not shown") == true })
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 3 where place < bytes.count: bytes.remove(at: place)
        case 4 where place < bytes.count: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        default:
            bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...20, using: &random)))
        }
    }

    /// Lints the text as a workflow and as an action.
    ///
    /// That it returns is the claim; what it says must also have a place in the text, and its fixes must be such that a
    /// second reading is possible.
    private static func read(_ text: String) {
        for file in ["w.yml", "action.yml"] {
            let found = lint(text, file: file, notes: true)
            let lines = SourceText(text)
            for diagnostic in found {
                #expect(diagnostic.location.line >= 1 && diagnostic.location.column >= 1)
                #expect(RuleCatalog.entry(of: diagnostic.code) != nil, "\(diagnostic.code)")
                _ = diagnostic.rendered(in: lines)
            }
            let fixes = found.compactMap(\.fix)
            if !fixes.isEmpty { _ = lint(applying(fixes, to: text), file: file) }
        }
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
