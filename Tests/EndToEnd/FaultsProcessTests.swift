import Foundation
import Testing

/// What steps leave running, and what they print.
struct FaultsProcessTests {
    @Test("B3: a background child that holds the output is waited for a settled time")
    func aBackgroundChildThatHoldsTheOutputIsWaitedForASettledTime() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- { name: Holds, run: '(sleep 1; echo late; sleep 300) & echo done' }\n- run: echo next"
        )
        let start = ContinuousClock.now
        let done = try site.push(in: repository)
        let taken = ContinuousClock.now - start
        #expect(done.status == 0, "\(done.everything)")
        #expect(taken > .seconds(4) && taken < .seconds(12), "\(taken)")
        #expect(done.log.contains("late"), "what it prints in that time is kept")
        #expect(done.log.contains { $0.contains("held open") && $0.contains("sleep") }, "\(done.log)")
        #expect(done.log.contains("next"))
        #expect(site.leftovers().isEmpty)
    }

    @Test("B5: what multiplies without the mark is ended with its job")
    func whatMultipliesWithoutTheMarkIsEndedWithItsJob() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: |
                    setsid env -u RUNNER_TRACKING_ID bash -c 'while :; do setsid sleep 5 & sleep 0.02; done' >/dev/null 2>&1 </dev/null &
                    sleep 0.3; echo started
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("started"), "\(done.everything)")
        #expect(done.log.contains { $0.hasPrefix("Terminated orphan process: ") }, "\(done.log)")
        #expect(site.leftovers().isEmpty)
    }

    @Test("B11: every exit status is told as it is")
    func everyExitStatusIsToldAsItIs() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: ["exit 1", "exit 137", "kill -9 $$", "nosuchprogram", "exit 255"].map {
                "- { run: '\($0)', continue-on-error: true }"
            }.joined(separator: "\n") + "\n- run: echo still here"
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("still here"))
        let annotations = try done.objects().filter { $0["event"].text == "annotation" }
        // A script that a signal ended has 128 and the signal's number, as GitHub's runner shows it.
        let expected = [1, 137, 137, 127, 255].map { "Process completed with exit code \($0)." }
        #expect(annotations.map { $0["message"].text } == expected)
        // What is kept tells the code from the signal.
        let ends = try site.query(
            "SELECT group_concat(coalesce('code ' || exit_code, 'signal ' || signal), ', ') FROM "
                + "(SELECT * FROM steps WHERE exit_code IS NOT NULL OR signal IS NOT NULL ORDER BY number)"
        )
        #expect(ends == "code 1, code 137, signal 9, code 127, code 255, code 0")
        let view = try site.flowrun("run", "view", "1", "--json", in: repository).output
        #expect(view.contains("\"exit_code\":137") && view.contains("\"signal\":9"), "\(view)")
    }

    @Test("B11: what is not there, or may not be run, is named")
    func whatCannotBeRunIsNamed() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { run: exec nosuchprogram, continue-on-error: true }
                - { run: 'echo x > plain; ./plain', continue-on-error: true }
                - { run: "printf '#!/no/such/interpreter\\n' > odd; chmod +x odd; ./odd", continue-on-error: true }
                - { run: echo never, shell: 'nosuchshell {0}', continue-on-error: true }
                - { run: echo never, shell: './plain {0}', continue-on-error: true }
                - { run: echo never, working-directory: nowhere, continue-on-error: true }
                - run: echo still here
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("still here"), "\(done.everything)")
        #expect(!done.log.contains("never"))
        for words in ["nosuchprogram: not found", "./plain: Permission denied", "./odd: "] {
            #expect(done.log.contains { $0.contains(words) }, "\(words) in \(done.log)")
        }
        let notes = done.annotations
        #expect(
            notes.prefix(2) == [
                "Process completed with exit code 127.", "Process completed with exit code 126.",
            ]
        )
        #expect(notes.contains { $0.contains("`nosuchshell` was not found") }, "\(notes)")
        #expect(notes.contains { $0.contains("plain` cannot be executed") }, "\(notes)")
        #expect(notes.contains { $0.contains("the working directory") && $0.contains("nowhere") }, "\(notes)")
    }

    @Test("C1: a log past its limit says how much is missing")
    func aLogPastItsLimitSaysHowMuchIsMissing() throws {
        let site = try Site()
        let size = 80 << 20
        let repository = try site.repository(
            steps: "- run: head -c \(size) /dev/zero | tr '\\0' x\n- run: echo next step"
        )
        let done = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(done.status == 0)
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/1.log"))
        let text = String(decoding: log, as: UTF8.self)
        let missing = try #require(text.firstMatch(of: /\[(\d+) bytes not stored\]/).flatMap { Int($0.1) })
        let stored = text.utf8.split { $0 != UInt8(ascii: "x") }.map(\.count).max() ?? 0
        // The line end that is given to an unfinished line may be counted as one of them.
        #expect(abs(stored + missing - size) <= 8, "\(stored) + \(missing) != \(size)")
        #expect(stored <= 64 << 20)
        #expect(text.contains("next step\n"))
    }

    @Test("C4, C6: bytes that are no text stay in the log and are text in JSON")
    func bytesThatAreNoTextStayInTheLogAndAreTextInJSON() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: printf 'a\\377\\376b\\0c\\n\\033[31mred\\033[0m \\033]0;title\\007\\n'; echo after"
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0)
        #expect(try done.objects().contains { $0["line"].text == "a\u{FFFD}\u{FFFD}b\0c" }, "\(done.output)")
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/1.log"))
        #expect(log.range(of: Data([0x61, 0xff, 0xfe, 0x62, 0x00, 0x63, 0x0a])) != nil)
        let shown = try site.flowrun("run", "logs", in: repository).output
        #expect(shown.contains("after") && !shown.contains("\u{1B}]0;"), "\(shown)")
    }

    @Test("C9: a flood of annotations is counted")
    func aFloodOfAnnotationsIsCounted() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: for i in $(seq 1000); do echo \"::warning::number $i\"; done"
        )
        let done = try site.push(in: repository)
        let run = try #require(try done.objects().last)["run"]
        #expect(run["jobs"][0]["annotations"].list.count == 10)
        #expect(done.log.contains { $0.contains("990 more annotations") }, "\(done.log.suffix(3))")
    }

    @Test("C7: standard output and error keep their order")
    func standardOutputAndErrorKeepTheirOrder() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: for i in $(seq 500); do echo o$i; echo e$i >&2; done"
        )
        let log = try site.push(in: repository).log.filter { $0.wholeMatch(of: /[oe]\d+/) != nil }
        #expect(log == (1...500).flatMap { ["o\($0)", "e\($0)"] })
    }
}
