import Expressions
import Testing
import Workflows

@testable import Events

@Suite struct TriggerMatchTests {
    static func push(
        _ ref: String = "refs/heads/main",
        paths: [String]? = ["a"],
        message: String? = nil
    ) -> Event {
        Event(
            name: "push",
            payload: .null,
            ref: ref,
            sha: "1",
            changedPaths: paths,
            actor: "ann",
            headCommitMessage: message
        )
    }

    static func pull(_ action: String, base: String = "main") -> Event {
        let payload = object([
            "action": .string(action),
            "pull_request": object([
                "number": 7, "base": object(["ref": .string(base)]), "head": object(["ref": "topic"]),
            ]),
        ])
        return Event(name: "pull_request", saying: payload, ref: "refs/heads/x", sha: "1", actor: "ann")
    }

    static func follow(_ name: String, branch: String = "main", depth: Int = 1) -> Event {
        let run = object([
            "name": .string(name), "path": ".github/workflows/ci.yml", "head_branch": .string(branch),
        ])
        let payload = object(["action": "completed", "workflow_run": run])
        return Event(
            name: "workflow_run",
            saying: payload,
            ref: "refs/heads/main",
            sha: "1",
            actor: "ann",
            chainDepth: depth
        )
    }

    static func plain(_ name: String, _ pairs: KeyValuePairs<String, Value> = [:]) -> Event {
        Event(name: name, saying: object(pairs), ref: "refs/heads/main", sha: "1", actor: "ann")
    }

    private func runs(_ trigger: Trigger, _ event: Event) -> Bool {
        if case .runs = match(workflow(trigger), event, disabled: []) { true } else { false }
    }

    @Test(arguments: [
        (on("push"), "refs/heads/main", true), (on("push"), "refs/tags/v1", true),
        (on("push", branches: only("main")), "refs/heads/main", true),
        (on("push", branches: only("main")), "refs/heads/dev", false),
        (on("push", branches: only("main")), "refs/tags/main", false),
        (on("push", tags: only("**")), "refs/heads/main", false),
        (on("push", tags: ignoring("v*")), "refs/heads/main", false),
        (on("push", tags: ignoring("v*")), "refs/tags/v1", false),
        (on("push", tags: ignoring("v*")), "refs/tags/x", true),
        (on("push", branches: only("main"), tags: only("v*")), "refs/tags/v1", true),
        (on("push", branches: ignoring("m*")), "refs/heads/main", false),
        (on("push", branches: ignoring("mai")), "refs/heads/main", true),
        (on("push", branches: only("rel/**", "!rel/a")), "refs/heads/rel/a", false),
        (on("push", branches: only("rel/**", "!rel/**", "rel/a*")), "refs/heads/rel/a", true),
        (on("push", branches: only("!rel/a", "rel/**")), "refs/heads/rel/a", true),
        (on("push", branches: only("!dev")), "refs/heads/main", false),
    ])
    func pushedRefsPassTheirFilters(trigger: Trigger, ref: String, isRun: Bool) {
        #expect(runs(trigger, Self.push(ref)) == isRun)
    }

    @Test(arguments: [
        (on("push", paths: only("src/**")), ["src/a", "docs/b"], true),
        (on("push", paths: only("src/**")), ["docs/b"], false),
        (on("push", paths: only("src/**")), [], false), (on("push", paths: only("src/**")), nil, true),
        (on("push", paths: ignoring("docs/**")), ["docs/b"], false),
        (on("push", paths: ignoring("docs/**")), ["docs/b", "src/a"], true),
        (on("push", paths: only("**", "!docs/**")), ["docs/b"], false),
        (on("push", branches: only("main"), paths: only("src/**")), ["docs/b"], false),
        (on("push", branches: only("dev"), paths: only("docs/**")), ["docs/b"], false),
    ])
    func pushedBranchesPassByTheirPaths(trigger: Trigger, paths: [String]?, isRun: Bool) {
        #expect(runs(trigger, Self.push(paths: paths)) == isRun)
    }

    @Test func pathsAreNotAskedOfTags() {
        let trigger = on("push", branches: only("main"), tags: only("v*"), paths: only("src/**"))
        #expect(runs(trigger, Self.push("refs/tags/v1", paths: ["docs/b"])))
        #expect(runs(on("push", paths: only("src/**")), Self.push("refs/tags/v1", paths: [])))
    }

    @Test(arguments: [
        (on("pull_request"), pull("opened"), true), (on("pull_request"), pull("labeled"), false),
        (on("pull_request", types: ["labeled"]), pull("labeled"), true),
        (on("pull_request", types: ["opened"]), pull("labeled"), false),
        (on("pull_request", branches: only("main")), pull("opened"), true),
        (on("pull_request", branches: only("topic")), pull("opened"), false),
        (on("issues"), plain("issues", ["action": "pinned"]), true),
        (on("issues", types: ["closed"]), plain("issues", ["action": "pinned"]), false),
        (on("issues", types: ["closed"]), plain("issues"), true),
        (on("repository_dispatch", types: ["go"]), plain("repository_dispatch", ["action": "go"]), true),
        (on("repository_dispatch", types: ["go"]), plain("repository_dispatch", ["action": "Go"]), false),
        (on("schedule", crons: ["0 1 * * *"]), plain("schedule", ["schedule": "0 1 * * *"]), true),
        (on("schedule", crons: ["0 1 * * *"]), plain("schedule", ["schedule": "0 2 * * *"]), false),
        (on("schedule", crons: ["0 1 * * *"]), plain("schedule"), true),
        (on("workflow_run", workflows: ["CI"]), follow("CI"), true),
        (on("workflow_run", workflows: [".github/workflows/ci.yml"]), follow("CI"), true),
        (on("workflow_run", workflows: ["ci"]), follow("CI"), false),
        (on("workflow_run", types: ["requested"], workflows: ["CI"]), follow("CI"), false),
        (on("workflow_run", branches: only("dev"), workflows: ["CI"]), follow("CI"), false),
        (on("workflow_run", branches: only("dev"), workflows: ["CI"]), follow("CI", branch: "dev"), true),
        (on("workflow_run", workflows: ["CI"]), follow("CI", depth: 3), true),
        (on("workflow_run", workflows: ["CI"]), follow("CI", depth: 4), false),
        (on("push"), plain("issues"), false),
    ])
    func otherEventsPassByWhatTheySay(trigger: Trigger, event: Event, isRun: Bool) {
        #expect(runs(trigger, event) == isRun)
    }

    @Test(arguments: [
        ("tidy [skip ci]", "[skip ci]"), ("[CI Skip]", "[ci skip]"), ("x [no ci] y", "[no ci]"),
        ("a\n\n[actions skip]", "[actions skip]"), ("[skip actions]", "[skip actions]"),
        ("title\n\nbody\n\nskip-checks: true\n", "skip-checks: true"), ("skip-checks: true", nil),
        ("title\n\nskip-checks: true\n\nmore", nil), ("skip ci", nil), ("", nil),
    ])
    func skipTokensOfTheHeadCommitAreHeeded(message: String, token: String?) {
        #expect(SkipToken.first(in: message) == token)
        #expect(runs(on("push"), Self.push(message: message)) == (token == nil))
    }

    @Test func eventsButPushesAndPullRequestsIgnoreSkipTokens() {
        var event = Self.plain("workflow_dispatch")
        event.headCommitMessage = "[skip ci]"
        #expect(runs(on("workflow_dispatch"), event))
    }

    @Test func reasonsNameTheFilterAndThePatternThatDecided() {
        func reason(_ trigger: Trigger, _ event: Event) -> String {
            if case .skipped(let reason) = match(workflow(trigger), event, disabled: []) {
                reason.description
            } else {
                "runs"
            }
        }
        #expect(
            reason(on("push", branches: only("r*", "!rc")), Self.push("refs/heads/rc"))
                == "`branches` refuses `rc` by its pattern `!rc` (line 1)"
        )
        #expect(
            reason(on("push", branches: only("dev")), Self.push())
                == "no pattern of `branches` matches `main`"
        )
        #expect(
            reason(on("push", tags: only("v*")), Self.push()) == "it has `tags` only, and `main` is a branch"
        )
        #expect(
            reason(on("push", paths: ignoring("**")), Self.push(paths: ["a", "b"]))
                == "`paths-ignore` ignores all 2 changed files"
        )
        #expect(
            reason(on("pull_request"), Self.pull("labeled"))
                == "activity `labeled` is not among its default types `opened`, `synchronize` and `reopened`"
        )
    }

    /// What the filters say, of an event that passes them and of one that does not.
    private static func said(_ trigger: Trigger, _ event: Event) -> [String] {
        switch match(workflow(trigger), event, disabled: []) {
        case .runs(_, let passed): passed.map(\.description)
        case .skipped(let reason): reason.verdicts.map(\.description)
        }
    }

    @Test(
        arguments: [
            (on("push"), push(), []),
            (
                on("push", branches: only("dev", "m*"), paths: only("src/**")),
                push(paths: ["a", "src/b", "src/c"]),
                ["`main` passes `branches` by `m*` (line 1)", "`src/b` passes `paths` by `src/**` (line 1)"]
            ),
            (
                on("push", branches: ignoring("dev"), paths: only("src/**")), push(paths: nil),
                [
                    "`main` passes `branches-ignore`, as no pattern matches it",
                    "`paths` lets it pass, as the changed files are not known",
                ]
            ),
            (on("push", tags: only("v*")), push("refs/tags/v1"), ["`v1` passes `tags` by `v*` (line 1)"]),
            (
                on("push", paths: only("src/**", "!**/*.md")), push(paths: ["src/a.md", "b"]),
                [
                    "`src/a.md` does not pass `paths` by `!**/*.md` (line 1)",
                    "`b` does not pass `paths`, as no pattern matches it",
                ]
            ),
            (
                on("push", branches: only("r*", "!rc")), push("refs/heads/rc"),
                ["`rc` does not pass `branches` by `!rc` (line 1)"]
            ),
            (on("pull_request"), pull("opened"), ["activity `opened` is among its default types"]),
            (
                on("pull_request", types: ["labeled"], branches: only("main")), pull("labeled"),
                ["activity `labeled` is among its types", "`main` passes `branches` by `main` (line 1)"]
            ),
            (
                on("schedule", crons: ["0 1 * * *"]), plain("schedule", ["schedule": "0 1 * * *"]),
                ["schedule `0 1 * * *` is its own (line 1)"]
            ),
            (
                on("workflow_run", workflows: ["CI"]), follow("CI"),
                ["it follows `CI`"]
            ),
        ] as [(Trigger, Event, [String])]
    )
    func everyFilterTellsWhatDecidedIt(trigger: Trigger, event: Event, verdicts: [String]) {
        #expect(Self.said(trigger, event) == verdicts)
    }

    @Test func ofAnEventThatIsNamedTwiceThePassedTriggerIsTold() throws {
        let both = workflow(on("push", branches: only("dev")), on("push", tags: only("v*"), paths: only("a")))
        guard case .runs(let trigger, let passed) = match(both, Self.push("refs/tags/v2"), disabled: [])
        else {
            Issue.record("it does not run")
            return
        }
        #expect(trigger.tags != nil)
        #expect(passed.map(\.subject) == ["v2"])
    }
}
