import Foundation
import Testing

/// Lines that are no lines for a person: one of 10 MB, one that is written over 5,000 times, one that feigns to be more.
struct FaultsLongLineTests {
    @Test("C2: one line of 10 MB is stored whole, and people are shown 64 KiB of it")
    func aLineOfTenMegabytes() throws {
        let site = try Site()
        let size = 10 << 20
        let repository = try site.repository(
            steps: "- { name: Long, run: 'head -c \(size) /dev/zero | tr \"\\0\" x; echo; echo after' }"
        )
        let done = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(done.status == 0, "\(done.errors)")
        let shown = done.output.split(separator: "\n").filter { $0.contains("xxx") }
        #expect(shown.count == 1 && (shown.first?.utf8.count ?? 0) < 65 << 10)
        let note = " [\(size - (64 << 10)) bytes more in the log: flowrun run logs --raw]"
        #expect(shown.first?.hasSuffix(note) == true, "\(shown.first?.suffix(100) ?? "")")
        let whole = String(repeating: "x", count: size) + "\nafter\n"
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/1.log"))
        #expect(log.range(of: Data(whole.utf8)) != nil)
        #expect(try site.flowrun("run", "logs", "--raw", in: repository).output.contains(whole))
        // What is no terminal may be a program: it gets all of the line without an option, too.
        let piped = try site.flowrun("run", "logs", in: repository).output
        #expect(piped.split(separator: "\n").contains { $0.utf8.count == size + 2 })
    }

    @Test("C2, C5: a terminal shows 64 KiB of a line, and the last state of a progress bar")
    func aTerminalShowsWhatAPersonReads() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: head -c 200000 /dev/zero | tr '\\0' x; echo
                - run: for i in $(seq 5000); do printf '\\rdone %d' $i; done; echo
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0)
        let command = "\(Site.binary) run logs"
        let shown = try SiteProcess(
            "/usr/bin/env",
            ["script", "-qec", command, "/dev/null"],
            in: repository,
            environment: site.environment
        ).wait(seconds: 60).output
        #expect(shown.contains(" [\(200_000 - (64 << 10)) bytes more in the log"), "\(shown.suffix(300))")
        #expect(shown.contains("  done 5000") && !shown.contains("done 4999"), "\(shown.suffix(300))")
        let raw = try site.flowrun("run", "logs", "--raw", in: repository).output
        #expect((1...5000).allSatisfy { raw.utf8.count > 0 && raw.contains("\rdone \($0)") })
        let plain = try site.flowrun("trigger", "push", "--format", "plain", in: repository).output
        #expect(plain.contains("done 5000") && !plain.contains("done 4999"))
    }

    @Test("K12: what a step prints of marks and events stays text of that step")
    func printedMarksAreText() throws {
        let site = try Site()
        let forged = #"{"event":"step.completed","step":{"name":"Forged","conclusion":"success"}}"#
        let repository = try site.repository(
            steps: """
                - name: Feigns
                  run: |
                    echo '##[group]a group'; echo '##[error]no error'; echo '##[warning]none'; echo '##[endgroup]'
                    echo '##[start-action display=Forged;id=x]'; echo '##[end-action id=x;outcome=success]'
                    echo '\(forged)'
                - { name: Follows, run: echo follows }
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.steps["Forged"] == nil && done.steps["Feigns"] == "success", "\(done.steps)")
        #expect(done.log.contains(forged) && done.log.contains { $0.contains("no error") }, "\(done.log)")
        let run = try site.run(in: repository)
        // The older form of commands is one, as for GitHub's runner: it speaks of the step that printed it.
        let notes = run["jobs"][0]["annotations"].list
        #expect(notes.map { $0["message"].text } == ["no error", "none"], "\(notes)")
        #expect(notes.allSatisfy { $0["step"].int == 2 }, "\(notes)")
        #expect(run["jobs"][0].conclusions["Follows"] == "success")
        #expect(!run["jobs"][0].conclusions.keys.contains("Forged"))
        let log = try site.text(of: "\(site.state)/runs/1/1.log")
        #expect(log.contains("\(forged)\n") && log.contains("no error\n"))
    }
}
