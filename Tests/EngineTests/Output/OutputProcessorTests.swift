import Foundation
import Store
import Testing

@testable import Engine

/// What a step's output gives, the text as lines and the rest apart.
private struct Processed {
    var lines: [String] = []
    var bytes: [UInt8] = []
    var annotations: [Annotation] = []
    var effects: [CommandEffect] = []
}

private func process(
    _ chunks: [[UInt8]],
    masker: Masker = Masker(),
    matchers: ProblemMatcherSet = ProblemMatcherSet(),
    context: CommandContext = CommandContext()
) -> Processed {
    var result = Processed()
    var processor = OutputProcessor(context: context, masker: masker, matchers: matchers)
    let take: (OutputEvent) -> Void = { event in
        switch event {
        case .lines(let lines):
            #expect(lines.last == 0x0A)
            result.lines += lines.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            result.bytes += lines
        case .line(let line):
            if line.isContinuation {
                result.lines[result.lines.count - 1] += line.text
            } else {
                result.lines.append(line.text)
            }
            result.bytes += line.bytes + (line.hadNewline ? [0x0A] : [])
        case .effect(.annotation(let annotation)): result.annotations.append(annotation)
        case .effect(let effect): result.effects.append(effect)
        }
    }
    for chunk in chunks { chunk.withUnsafeBytes { processor.process($0, take) } }
    processor.finish(take)
    return result
}

private func process(_ text: String, context: CommandContext = CommandContext()) -> Processed {
    process([Array(text.utf8)], context: context)
}

@Suite struct OutputProcessorTests {
    @Test func commandsAreSeenWhereTheyStand() {
        let result = process("x ::warning::no\n  ::warning::yes\nx ##[warning]also\n::nosuch::text\n")
        #expect(result.annotations.map(\.message) == ["yes", "also"])
        #expect(result.lines == ["x ::warning::no", "##[warning]yes", "##[warning]also", "::nosuch::text"])
    }

    @Test func linesBetweenCommandsStayInTheirPlace() {
        let text = (0..<300).map { number in
            switch number % 5 {
            case 0: "::notice::n\(number)"
            case 1: "##[warning]w\(number)"
            case 2: "a: b # \(number)"
            default: "line \(number)"
            }
        }
        for size in [1, 7, 64, 100_000] {
            let bytes = Array((text.joined(separator: "\n") + "\n").utf8)
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            let result = process(chunks)
            #expect(result.annotations.count == 120)
            #expect(result.lines == text.map { $0.replacing("::notice::", with: "##[notice]") })
        }
    }

    @Test func aMaskHoldsFromItsLineOn() {
        let masker = Masker()
        let result = process(
            [Array("one s3cr3t\n::add-mask::s3cr3t\ntwo s3cr3t\n::set-output name=o::s3cr3t\n".utf8)],
            masker: masker
        )
        #expect(result.lines.prefix(2) == ["one s3cr3t", "two ***"])
        #expect(result.effects.contains(.setOutput(name: "o", value: "s3cr3t")), "an output keeps its value")
        #expect(masker.containsSecret("s3cr3t"))
    }

    @Test(arguments: ["", "a", "abc"])
    func masksOfNothingOrNearlyNothingOnlyWarn(value: String) {
        let result = process("::add-mask::\(value)\nplain abc stays\n")
        #expect(result.lines.last == "plain abc stays")
        #expect(result.annotations.map(\.level) == [.warning])
        #expect(result.effects.isEmpty)
    }

    @Test func annotationsAreMasked() {
        let result = process([Array("::error title=s3cr3t::it is s3cr3t\n".utf8)], masker: Masker(["s3cr3t"]))
        #expect(result.annotations.map(\.message) == ["it is ***"])
        #expect(result.annotations.first?.title == "***")
        #expect(result.lines == ["##[error]it is ***"])
    }

    @Test func stoppedCommandsShowAndComeBack() {
        let result = process(
            "::stop-commands::tok-98765\n::error::visible text\n::tok-98765::\n::notice::back\n"
        )
        #expect(result.annotations.map(\.message) == ["back"])
        #expect(
            result.lines == [
                "::stop-commands::tok-98765", "::error::visible text", "::***::", "##[notice]back",
            ]
        )
    }

    @Test func anyBytesPassUnchanged() {
        var bytes: [UInt8] = [0x61, 0xFF, 0xFE, 0x62, 0x00, 0x63, 0x0A, 0x0D, 0x0A]
        bytes += (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        bytes += Array("\n::error::\u{0}\n".utf8)
        let result = process([bytes])
        #expect(result.bytes.starts(with: bytes.dropLast(12)))
        #expect(result.annotations.count == 1)
    }

    @Test func aLongLineComesInPiecesThatMakeItUp() {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
        let result = process([line, [0x0A]], masker: Masker(["not in it"]))
        #expect(result.bytes == line + [0x0A])
        #expect(result.lines.count == 1)
    }

    @Test func aLongOutputIsStillACommand() {
        let value = String(repeating: "v", count: 300_000)
        let result = process("::set-output name=o::\(value)\nnext")
        #expect(result.effects == [.setOutput(name: "o", value: value)])
        #expect(result.lines.last == "next")
    }

    @Test func secretsAreMaskedWhereverTheOutputIsCut() {
        let masker = Masker(["tr0ub4dor-and-3"])
        let text = Array("key=tr0ub4dor-and-3;\n<tr0ub4dor-and-3tr0ub4dor-and-3>\nend\n".utf8)
        for cut in 0...text.count {
            let result = process([Array(text[..<cut]), Array(text[cut...])], masker: masker)
            #expect(result.lines == ["key=***;", "<***>", "end"])
        }
    }

    @Test func manyMegabytesTakeBoundedWork() {
        let masker = Masker((0..<20).map { "secret-number-\($0)-\($0 * 7919)" })
        var processor = OutputProcessor(context: .init(), masker: masker, matchers: ProblemMatcherSet())
        let chunk = Array(
            String(repeating: "an ordinary line of a compiler's output: src/a.c\n", count: 1300).utf8
        )
        var lines = 0
        var bytes = 0
        let time = ContinuousClock().measure {
            for _ in 0..<100 {
                chunk.withUnsafeBytes { buffer in
                    processor.process(buffer) {
                        switch $0 {
                        case .lines(let whole):
                            lines += whole.count { $0 == 0x0A }
                            bytes += whole.count
                        case .line(let line):
                            lines += 1
                            bytes += line.bytes.count + 1
                        case .effect: break
                        }
                    }
                }
            }
        }
        processor.finish { _ in }
        #expect(lines == 130_000)
        #expect(bytes == chunk.count * 100)
        print("output: \(bytes >> 20) MiB in \(time)")
    }
}

@Suite struct ProblemMatcherTests {
    /// A folder with the files of a test; removed by the caller.
    private func workspace(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "matchers-" + UUID().uuidString
        for (name, text) in files {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
        return folder
    }

    @Test func aMatchAnnotatesAndTheLineIsPrinted() throws {
        let folder = try workspace([
            "m.json":
                #"{"problemMatcher": [{"owner": "toy", "severity": "warning", "pattern": [{"regexp": "^(\\S+):(\\d+):(\\d+) (E|W)(\\d+) (.*)$", "file": 1, "line": 2, "column": 3, "code": 5, "message": 6}]}]}"#,
            "a.txt": "text",
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let result = process(
            "::add-matcher::m.json\na.txt:3:7 E42 too odd\nnone.txt:1:1 W1 gone\n::remove-matcher owner=TOY::\na.txt:3:7 E42 more\n",
            context: CommandContext(workspace: folder)
        )
        #expect(
            result.annotations == [
                Annotation(level: .warning, message: "too odd", file: "a.txt", line: 3, column: 7),
                Annotation(level: .warning, message: "gone", line: 1, column: 1),
            ]
        )
        #expect(result.lines == ["a.txt:3:7 E42 too odd", "none.txt:1:1 W1 gone", "a.txt:3:7 E42 more"])
    }

    @Test func coloursAreNotMatchedButKept() throws {
        let matchers = ProblemMatcherSet()
        matchers.add(
            try ProblemMatcher.read(
                Array(
                    #"{"problemMatcher":[{"owner":"c","pattern":[{"regexp":"^oops: (.*)$","message":1}]}]}"#
                        .utf8
                ),
                file: "m"
            )
        )
        let result = process([Array("\u{1B}[31moops:\u{1B}[0m red\n".utf8)], matchers: matchers)
        #expect(result.annotations == [Annotation(level: .error, message: "red")])
        #expect(result.lines == ["\u{1B}[31moops:\u{1B}[0m red"])
    }

    @Test func patternsOfSeveralLinesLoop() throws {
        let matchers = ProblemMatcherSet()
        matchers.add(
            try ProblemMatcher.read(
                Array(
                    #"""
                    {"problemMatcher": [{"owner": "eslint", "pattern": [
                      {"regexp": "^file (\\S+)$", "file": 1},
                      {"regexp": "^  (\\d+):(\\d+) (error|warning) (.*)$", "line": 1, "column": 2, "severity": 3, "message": 4, "loop": true}]}]}
                    """#.utf8
                ),
                file: "m"
            )
        )
        let result = process(
            [Array("file a.js\n  1:2 error one\n  3:4 warning two\nother\n  5:6 error three\n".utf8)],
            matchers: matchers
        )
        #expect(result.annotations.map(\.message) == ["one", "two"])
        #expect(result.annotations.map(\.level) == [.error, .warning])
    }

    @Test func theNewestMatcherOfAnOwnerIsInForce() throws {
        func matcher(_ word: String, owner: String) throws -> [ProblemMatcher] {
            try ProblemMatcher.read(
                Array(
                    #"{"problemMatcher":[{"owner":"\#(owner)","pattern":[{"regexp":"^\#(word) (.*)$","message":1}]}]}"#
                        .utf8
                ),
                file: "m"
            )
        }
        let matchers = ProblemMatcherSet()
        matchers.add(try matcher("OLD", owner: "a"))
        matchers.add(try matcher("NEW", owner: "a"))
        matchers.add(try matcher("(?:NEW|X)", owner: "b"))
        #expect(matchers.owners == ["b", "a"])
        let result = process([Array("OLD 1\nNEW 2\nX 3\n".utf8)], matchers: matchers)
        #expect(result.annotations.map(\.message) == ["2", "3"])
    }

    @Test func aFileIsNamedAsItsOwnRepositoryNamesIt() throws {
        let own = "[remote \"origin\"]\n\turl = https://example.org/o/r\n"
        let folder = try workspace([
            "plain.c": "", "deep/own/.git/config": own, "deep/own/src/a.c": "",
            "other/.git/config": own.replacing("/o/r", with: "/o/else"), "other/b.c": "",
            "m.json":
                #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"^(\\S+) bad$","file":1,"message":0}]}]}"#,
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var context = CommandContext(workspace: folder)
        context.origins = ["https://example.org/o/r"]
        let result = process(
            "::add-matcher::m.json\nplain.c bad\ndeep/own/src/a.c bad\n\(folder)/deep/own/src/a.c bad\nother/b.c bad\n",
            context: context
        )
        #expect(result.annotations.map(\.file) == ["plain.c", "src/a.c", "src/a.c", nil])
    }

    @Test func theFirstMatcherOfAFileThatKnowsALineHasIt() throws {
        let matchers = ProblemMatcherSet()
        func matcher(_ owner: String, _ word: String) -> String {
            #"{"owner":"\#(owner)","severity":"\#(word)","pattern":[{"regexp":"^bad: (.*)$","message":1}]}"#
        }
        let text = #"{"problemMatcher":[\#(matcher("a", "notice")),\#(matcher("b", "warning"))]}"#
        matchers.add(try ProblemMatcher.read(Array(text.utf8), file: "m"))
        #expect(matchers.owners == ["a", "b"])
        let result = process([Array("bad: x\n".utf8)], matchers: matchers)
        #expect(result.annotations.map(\.level) == [.notice])
    }

    /// GitHub's runner reads matchers as leniently as `fromJSON`.
    @Test(arguments: [
        "// of gcc\n{'problemMatcher': [{owner: 'o', \"pattern\": [{\"regexp\": \"^x (.*)$\", \"message\": 1,}]}]}",
        "\u{FEFF}{\"problemMatcher\": [{\"owner\": \"o\", \"pattern\": [{\"regexp\": \"^x (.*)$\", \"message\": 1}]}]} /* end */",
    ])
    func commentsInAFileOfMatchersAreNoFault(json: String) throws {
        #expect(try ProblemMatcher.read(Array(json.utf8), file: "m").map(\.owner) == ["o"])
    }

    @Test(arguments: ["", "  \n", "null", "{}", #"{"problemMatcher": []}"#, #"{"problemMatcher": null}"#])
    func aFileWithoutMatchersIsNoFault(json: String) throws {
        #expect(try ProblemMatcher.read(Array(json.utf8), file: "m").isEmpty)
    }

    @Test func ofAFileWhoseMatchersGoOnlyTheOwnersCount() throws {
        let folder = try workspace([
            "m.json":
                #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"^BAD (.*)$","message":1}]}]}"#,
            "gone.json":
                #"{"problemMatcher":[{"owner":"O","severity":"fatal"},{"pattern":[{"regexp":"("}]},{"owner":"o"}]}"#,
            "broken.json": "not json",
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let result = process(
            "::add-matcher::m.json\nBAD one\n::remove-matcher::gone.json\nBAD two\n",
            context: CommandContext(workspace: folder)
        )
        #expect(result.annotations.map(\.message) == ["one"])
        #expect(result.effects.isEmpty)
        for missing in ["broken.json", "none.json"] {
            let result = process(
                "::remove-matcher::\(missing)\n",
                context: CommandContext(workspace: folder)
            )
            #expect(result.effects.count == 1, "the step fails")
            #expect(
                result.annotations.first?.message
                    == "Unable to process command '::remove-matcher::\(missing)' successfully."
            )
        }
    }

    @Test func aMatcherThatTakesTooLongIsRemoved() throws {
        let matchers = ProblemMatcherSet()
        matchers.add(
            try ProblemMatcher.read(
                Array(
                    #"{"problemMatcher":[{"owner":"slow","pattern":[{"regexp":"^(a+)+$","message":1}]}]}"#
                        .utf8
                ),
                file: "m"
            )
        )
        var scanner = ProblemScanner(matchers, context: .init(), budget: .milliseconds(50), hostPath: { $0 })
        let line = Array((String(repeating: "a", count: 40) + "!").utf8)
        var findings: [[ProblemScanner.Finding]] = []
        let time = ContinuousClock().measure {
            for _ in 0..<3 { findings.append(scanner.scan(line)) }
        }
        #expect(findings == [[], [], [.removed(owner: "slow")]])
        #expect(time < .seconds(10))
        #expect(matchers.owners == [])
    }

    @Test(arguments: [
        "not json", #"{"problemMatcher":[{"pattern":[{"regexp":"x"}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","severity":"fatal","pattern":[{"regexp":"(x)","message":1}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"(x)","file":1}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"(x)","message":1},{"regexp":"(y)","message":1}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"(x)","message":1},{"regexp":"(y)","loop":true}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"(x)","message":1}]},{"owner":"O","pattern":[{"regexp":"(x)","message":1}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"("}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"x","message":1}]}]}"#,
        #"{"problemMatcher":[{"owner":"o","pattern":[{"regexp":"(x)","message":1,"loop":true}]}]}"#,
    ])
    func unusableFilesFailTheStep(json: String) throws {
        let folder = try workspace(["m.json": json])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let result = process("::add-matcher::m.json\n", context: CommandContext(workspace: folder))
        #expect(result.effects.count == 1)
        #expect(result.annotations.map(\.level) == [.error, .error])
        #expect(
            result.annotations.first?.message
                == "Unable to process command '::add-matcher::m.json' successfully."
        )
        #expect(
            process("::add-matcher::none.json\n", context: CommandContext(workspace: folder)).effects.count
                == 1
        )
    }
}
