import Foundation
import Testing

/// `workflow disable` and `workflow enable`.
@Suite struct WorkflowSwitchTests {
    private static let files = [
        ".github/workflows/ci.yml": """
        name: CI
        on: [push, workflow_dispatch]
        jobs: { test: { runs-on: ubuntu-latest, steps: [{ run: echo tested }] } }
        """,
        ".github/workflows/next.yml": """
        name: Next
        on: { workflow_run: { workflows: [CI], types: [completed] } }
        jobs: { next: { runs-on: ubuntu-latest, steps: [{ run: echo followed }] } }
        """,
        ".github/workflows/other.yml": """
        on: push
        jobs: { call: { uses: ./.github/workflows/called.yml } }
        """,
        ".github/workflows/called.yml": """
        on: [workflow_call, push]
        jobs: { inner: { runs-on: ubuntu-latest, steps: [{ run: echo called }] } }
        """,
    ]

    @Test func noEventStartsAWorkflowThatIsDisabled() throws {
        let site = try Site()
        let repository = try site.repository(Self.files)
        let off = try site.flowrun("workflow", "disable", "ci", in: repository)
        #expect(off.status == 0 && off.output == ".github/workflows/ci.yml is disabled\n", "\(off.errors)")
        _ = try site.flowrun("workflow", "disable", "called", in: repository)

        let push = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(
            push.status == 0 && push.log.filter { $0 == "called" }.count == 1,
            "\(push.output)\(push.errors)"
        )
        #expect(!push.log.contains("tested") && !push.log.contains("followed"))
        let plain = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(plain.errors.contains("ci.yml") && plain.errors.contains("it is disabled"), "\(plain.errors)")

        let dispatch = try site.flowrun("dispatch", "ci", in: repository)
        #expect(dispatch.status == 2)
        #expect(dispatch.errors.contains("Cannot trigger a 'workflow_dispatch' on a disabled workflow"))
        #expect(dispatch.errors.contains("flowrun workflow enable ci"))

        let why = try site.flowrun("why", "push", "ci", in: repository)
        #expect(why.output.contains("it is disabled"), "\(why.output)")

        // Of one repository only.
        let other = try site.repository(Self.files, named: "other")
        #expect(try site.flowrun("dispatch", "ci", "--format", "json", in: other).log.contains("tested"))
    }

    @Test func aWorkflowThatFollowsIsDisabledToo() throws {
        let site = try Site()
        let repository = try site.repository(Self.files)
        _ = try site.flowrun("workflow", "disable", "Next", in: repository)
        let off = try site.flowrun("dispatch", "ci", "--format", "json", in: repository)
        #expect(off.status == 0 && off.log.contains("tested") && !off.log.contains("followed"))
        let on = try site.flowrun("workflow", "enable", "Next", in: repository)
        #expect(on.status == 0 && on.output == ".github/workflows/next.yml is enabled\n")
        #expect(
            try site.flowrun("dispatch", "ci", "--format", "json", in: repository).log.contains("followed")
        )
    }

    @Test func listsTellOfIt() throws {
        let site = try Site()
        let repository = try site.repository(Self.files)
        _ = try site.flowrun("workflow", "disable", "ci", in: repository)
        let again = try site.flowrun("workflow", "disable", "ci", in: repository)
        #expect(again.output == ".github/workflows/ci.yml is disabled already\n")
        let list = try site.flowrun("workflow", "list", "--json", in: repository)
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]]
        )
        let states = Dictionary(
            uniqueKeysWithValues: rows.map { ($0["path"] as? String ?? "", $0["state"] as? String ?? "") }
        )
        #expect(states[".github/workflows/ci.yml"] == "disabled_manually")
        #expect(states[".github/workflows/other.yml"] == "active")
        let table = try site.flowrun("workflow", "list", in: repository).output
        #expect(
            table.split(separator: "\n").contains { $0.contains("ci.yml") && $0.contains("disabled") },
            "\(table)"
        )
        #expect(
            try site.flowrun("workflow", "view", "ci", in: repository).output.hasPrefix(
                "CI  (.github/workflows/ci.yml)  disabled"
            )
        )
        let unknown = try site.flowrun("workflow", "disable", "nothing", in: repository)
        #expect(unknown.status == 2 && unknown.errors.contains("nothing"))
    }
}
