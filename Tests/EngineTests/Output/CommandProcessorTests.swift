import Store
import Testing

@testable import Engine

@Suite struct CommandProcessorTests {
    private func effects(_ lines: [String], _ context: CommandContext = .init()) -> [CommandEffect] {
        var processor = CommandProcessor(context)
        return lines.flatMap { processor.process($0) ?? [.text($0)] }
    }

    @Test func anErrorOnlyAnnotates() {
        #expect(
            effects(["::error file=/w/src/a.py,line=3::bad"], .init(workspace: "/w", step: 4)) == [
                .text("##[error]bad"),
                .annotation(Annotation(level: .error, message: "bad", file: "src/a.py", line: 3, step: 4)),
            ]
        )
    }

    @Test(
        arguments: [
            ("line=4,endLine=4,col=2,endColumn=9", (4, 4, 2, 9)),
            ("endLine=4", (4, 4, nil, nil)),
            ("col=2", (nil, nil, nil, nil)),
            ("line=4,endColumn=3", (4, nil, 3, 3)),
            ("line=4,endLine=6,col=2", (4, 6, nil, nil)),
            ("line=6,endLine=4", (nil, nil, nil, nil)),
            ("line=6,col=5,endColumn=2", (6, nil, nil, nil)),
            ("line=six", (nil, nil, nil, nil)),
        ] as [(String, (Int?, Int?, Int?, Int?))]
    )
    func placesThatMakeNoSenseAreLeftOut(properties: String, place: (Int?, Int?, Int?, Int?)) {
        let command = WorkflowCommand("::warning \(properties)::m")
        let annotation = command?.annotation(.warning, workspace: "")
        #expect(annotation?.line == place.0)
        #expect(annotation?.endLine == place.1)
        #expect(annotation?.column == place.2)
        #expect(annotation?.endColumn == place.3)
    }

    @Test func setOutputWorksWithAWarningEachTime() {
        let effects = effects(["::set-output name=a::1", "::set-output name=b::2"])
        #expect(effects.contains(.setOutput(name: "a", value: "1")))
        #expect(effects.contains(.setOutput(name: "b", value: "2")))
        #expect(effects.filter { if case .annotation = $0 { true } else { false } }.count == 2)
    }

    @Test func disabledCommandsFailTheStep() {
        for line in ["::set-env name=A::1", "::add-path::/x"] {
            let effects = effects([line])
            #expect(effects.contains { if case .failStep = $0 { true } else { false } })
            #expect(effects.contains(.text("##[error]Unable to process command '\(line)' successfully.")))
        }
    }

    @Test func unsecureCommandsWorkWhereTheyAreAllowed() {
        let context = CommandContext(allowsUnsecureCommands: true)
        #expect(
            effects(["::set-env name=A::1", "::add-path::/x"], context) == [
                .setEnvironment(name: "A", value: "1"), .addPath("/x"),
            ]
        )
        #expect(
            !effects(["::set-env name=NODE_OPTIONS::1", "::set-env name=GITHUB_SHA::1"], context)
                .contains { if case .setEnvironment = $0 { true } else { false } }
        )
    }

    @Test func echoShowsCommandsUntilItIsOff() {
        let text = effects([
            "::save-state name=a::1", "::echo::on", "::save-state name=b::2", "::add-mask::abcdef",
            "::echo::off",
            "::save-state name=c::3",
        ])
        .compactMap { if case .text(let line) = $0, line.hasPrefix("::") { line } else { nil } }
        #expect(text == ["::save-state name=b::2", "::add-mask::***", "::echo::off"])
        #expect(effects(["::echo::maybe"]).contains { if case .failStep = $0 { true } else { false } })
    }

    @Test func stoppedCommandsAreTextUntilTheToken() {
        #expect(
            effects([
                "::stop-commands::tok-98765", "::error::visible", "::add-mask::abcdef", "::TOK-98765::",
                "::endgroup::",
            ])
                == [
                    .text("::stop-commands::tok-98765"), .addMask("tok-98765"), .text("::error::visible"),
                    .text("::add-mask::abcdef"), .text("::TOK-98765::"), .endGroup, .text("##[endgroup]"),
                ]
        )
        #expect(!effects(["::stop-commands::short"]).contains(.addMask("short")))
    }

    @Test(arguments: ["", "pause-logging", "Pause-Logging", "add-mask", "ERROR"])
    func unsafeStopTokensFailTheStep(token: String) {
        let effects = effects(["::stop-commands::\(token)", "::endgroup::"])
        #expect(effects.contains { if case .failStep = $0 { true } else { false } })
        #expect(effects.contains(.endGroup), "commands go on")
        let allowed = CommandContext(allowsUnsecureStopTokens: true)
        #expect(
            !self.effects(["::stop-commands::\(token)"], allowed).contains {
                if case .failStep = $0 { true } else { false }
            }
        )
    }

    @Test func debugLinesShowOnlyWhileDebugging() {
        #expect(effects(["::debug::whispered"]) == [])
        #expect(
            effects(["::debug::whispered"], .init(isDebugging: true)) == [
                .debug("whispered"), .text("##[debug]whispered"),
            ]
        )
    }

    @Test func matchersAreAddedByFileAndRemovedByOwnerOrFile() {
        #expect(effects(["::add-matcher::m.json"]) == [.addMatcher(file: "m.json")])
        #expect(effects(["::remove-matcher owner=gone::"]) == [.removeMatcher(owner: "gone")])
        #expect(effects(["::remove-matcher::m.json"]) == [.removeMatchers(file: "m.json")])
        #expect(
            effects(["::remove-matcher owner=a::m.json"]).first
                == .text(
                    "##[warning]Either specify an owner name or a file path in ##[remove-matcher] command. Both values cannot be set."
                )
        )
    }
}
