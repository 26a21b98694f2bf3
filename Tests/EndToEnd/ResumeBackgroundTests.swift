import Foundation
import Testing

/// `flowrun run resume` of jobs with steps that run beside others.
struct ResumeBackgroundTests {
    private let site: Site

    init() throws {
        site = try Site()
        site.environment["SIDE"] = "\(site.folder)/side"
    }

    private static let path = ".github/workflows/w.yml"

    private func workflow(_ steps: String) -> String {
        let indented = steps.split(separator: "\n").map { "      \($0)" }
        return "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
            + indented.joined(separator: "\n") + "\n"
    }

    private func fail(_ steps: String) throws -> String {
        let repository = try site.repository([Self.path: workflow(steps)])
        let failed = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(failed.status == 1, "\(failed.everything)")
        return repository
    }

    private func resume(_ repository: String, as steps: String, _ options: String...) throws -> SiteResult {
        try site.write([Self.path: workflow(steps)], to: repository)
        try site.git("commit", "-qam", "mend", "--allow-empty", in: repository)
        return try site.start(["run", "resume", "--format", "json"] + options, in: repository).wait(
            seconds: 120
        )
    }

    /// What steps have noted in the file of side effects, sorted.
    private func side() throws -> [String] {
        try site.text(of: "\(site.folder)/side").split(separator: "\n").map(String.init).sorted()
    }

    private func expectClean() {
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
        #expect(site.leftovers().isEmpty, "\(site.leftovers())")
    }

    @Test("what ran beside and was green is taken over, and is seen only once a step waits for it")
    func green() throws {
        let steps = { (last: String) in
            """
            - { id: b, name: back, background: true, run: 'echo back >> "$SIDE"; echo "v=1" >> "$GITHUB_OUTPUT"; echo "VARIABLE=set" >> "$GITHUB_ENV"; touch ended' }
            - { name: front, run: 'until test -e ended; do sleep 0.05; done; echo front >> "$SIDE"' }
            - { name: bad, run: '\(last); echo "before [${{ steps.b.outputs.v }}$VARIABLE]"' }
            - { wait: b }
            - { name: use, run: 'echo "after [${{ steps.b.outputs.v }}$VARIABLE]"' }
            """
        }
        let repository = try fail(steps("exit 1"))
        let again = try resume(repository, as: steps("exit 2"))
        #expect(again.status == 1, "\(again.everything)")
        let resumed = try resume(repository, as: steps("true"), "2")
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.log.contains("before []") && resumed.log.contains("after [1set]"), "\(resumed.log)")
        #expect(try side() == ["back", "front"])
        expectClean()
    }

    @Test(
        "one that failed is started again once it is mended, and what follows its wait; what is green is not"
    )
    func failed() throws {
        let steps = { (back: String) in
            """
            - { name: front, run: 'echo front >> "$SIDE"' }
            - { id: b, name: back, background: true, run: 'echo back >> "$SIDE"; \(back)' }
            - { name: middle, run: 'echo middle >> "$SIDE"' }
            - { wait: b }
            - { name: last, run: 'echo last >> "$SIDE"' }
            """
        }
        let repository = try fail(steps("exit 3"))
        #expect(try side() == ["back", "front", "middle"])
        let resumed = try resume(repository, as: steps("true"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["back", "back", "front", "last", "middle"])
        expectClean()
    }

    @Test("one that nothing waited for, and that failed, is all that is run again")
    func failedAtTheEnd() throws {
        let steps = { (back: String) in
            """
            - { name: back, background: true, run: 'echo back >> "$SIDE"; \(back)' }
            - { name: last, run: 'echo last >> "$SIDE"' }
            """
        }
        let repository = try fail(steps("exit 3"))
        let resumed = try resume(repository, as: steps("true"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["back", "back", "last"])
        expectClean()
    }

    @Test("where a wait tolerated what failed, what followed it is run again")
    func toleratedWait() throws {
        let steps = { (back: String) in
            """
            - { id: b, name: back, background: true, run: 'echo back >> "$SIDE"; \(back)' }
            - { name: middle, run: 'echo middle >> "$SIDE"' }
            - { wait: b, continue-on-error: true }
            - { name: last, run: 'echo "saw ${{ steps.b.outcome }}" >> "$SIDE"' }
            """
        }
        let repository = try fail(steps("exit 3"))
        let resumed = try resume(repository, as: steps("true"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["back", "back", "middle", "saw failure", "saw success"])
        expectClean()
    }

    @Test("A2: one that was not finished when the process was killed is started again, and waited for")
    func killed() throws {
        let steps = { (back: String) in
            """
            - { name: front, run: 'echo front >> "$SIDE"' }
            - { id: b, name: back, background: true, run: 'echo back >> "$SIDE"; \(back)' }
            - { name: middle, run: 'until grep -q back "$SIDE"; do sleep 0.05; done; echo middle >> "$SIDE"' }
            - { name: waits, wait: b }
            - { name: last, run: 'echo last >> "$SIDE"' }
            """
        }
        let repository = try site.repository([Self.path: workflow(steps("exec sleep 600"))])
        let process = try site.start(["trigger", "push", "--format", "plain"], in: repository)
        try process.waitFor("Waiting for background step(s)")
        process.signal(SIGKILL)
        try process.wait(seconds: 60)
        let resumed = try resume(repository, as: steps("true"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["back", "back", "front", "last", "middle"])
        expectClean()
    }

    /// A server beside the steps that use it, which a `cancel` step ends before the last step.
    private static func server(use: String = "true", last: String) -> String {
        """
        - { id: s, name: server, background: true, run: 'echo server >> "$SIDE"; exec sleep 600' }
        - { id: ask, name: ask, run: 'until grep -q server "$SIDE"; do sleep 0.05; done; \(use)' }
        - { name: stops, cancel: s }
        - { name: last, run: '\(last)' }
        """
    }

    @Test("a server that was called off stays so, unless the job goes back to where it was needed")
    func calledOff() throws {
        let repository = try fail(Self.server(last: "exit 1"))
        let again = try resume(repository, as: Self.server(last: "exit 2"))
        #expect(again.status == 1, "\(again.everything)")
        #expect(try side() == ["server"])
        let back = try resume(repository, as: Self.server(last: "true"), "2", "--from", "ask")
        #expect(back.status == 0, "\(back.everything)")
        #expect(try side() == ["server", "server"])
        expectClean()
    }

    @Test("a server that ran when the job failed runs again when it goes on")
    func serverRuns() throws {
        let repository = try fail(Self.server(use: "exit 1", last: "true"))
        let resumed = try resume(repository, as: Self.server(last: "true"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.steps["server"] == "cancelled", "\(resumed.steps)")
        #expect(try side() == ["server", "server"])
        expectClean()
    }

    @Test("one that failed before it was called off is not hidden by that")
    func failedBeforeItWasCalledOff() throws {
        let steps = { (back: String) in
            """
            - { id: b, name: back, background: true, run: 'echo back >> "$SIDE"; touch up; \(back)' }
            - { name: middle, run: 'until test -e up; do sleep 0.05; done; sleep 1; rm up; echo middle >> "$SIDE"' }
            - { name: stops, cancel: b }
            """
        }
        let repository = try fail(steps("exit 3"))
        let resumed = try resume(repository, as: steps("exec sleep 600"))
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["back", "back", "middle", "middle"])
        expectClean()
    }

    private static func parallel(_ second: String) -> String {
        """
        - parallel:
            - { id: one, name: one, run: 'echo one >> "$SIDE"; echo "v=1" >> "$GITHUB_OUTPUT"' }
            - { id: two, name: two, run: 'echo two >> "$SIDE"; \(second)' }
            - { id: three, name: three, if: false, run: 'echo three >> "$SIDE"' }
        - { name: last, run: 'echo "last ${{ steps.one.outputs.v }}" >> "$SIDE"' }
        """
    }

    @Test("of a parallel block the steps that failed are run again, and all of them where the block is named")
    func block() throws {
        let repository = try fail(Self.parallel("exit 1"))
        let again = try resume(repository, as: Self.parallel("exit 2"))
        #expect(again.status == 1, "\(again.everything)")
        #expect(try side() == ["one", "two", "two"])
        let whole = try resume(repository, as: Self.parallel("exit 3"), "2", "--from", "two")
        #expect(whole.status == 1, "\(whole.everything)")
        #expect(try side() == ["one", "one", "two", "two", "two"])
        let changed = try resume(
            repository,
            as: Self.parallel("true").replacing("echo one", with: "echo other"),
            "3"
        )
        #expect(changed.status == 2 && changed.errors.contains("`one`, which job"), "\(changed.everything)")
        let resumed = try resume(repository, as: Self.parallel("true"), "3")
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["last 1", "one", "one", "two", "two", "two", "two"])
        expectClean()
    }
}
