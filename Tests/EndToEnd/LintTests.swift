import Foundation
import Testing

/// `flowrun lint` as people and programs call it.
@Suite struct LintTests {
    private static let faulty = """
        on: push
        jobs:
          train:
            runs-on: ubuntu-latest
            timeout-minutes: '5'
            steps:
              - uses: actions/checkout@v4 # the newest
                with: { fetch_depth: 0 }
              - run: echo ${{ github.evnt }}

        """

    @Test func textMarksThePlace() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": Self.faulty])
        let result = try site.flowrun("lint", in: path)
        #expect(result.status == 1)
        #expect(
            result.output == """
                .github/workflows/w.yml:5:22: error: 'timeout-minutes' in job 'train' must be a number or an expression, not '5' [wrong-type]
                    5 |     timeout-minutes: '5'
                      |                      ^~~
                .github/workflows/w.yml:8:17: warning: 'actions/checkout@v4' has no input 'fetch_depth'; did you mean 'fetch-depth'? [unknown-input]
                    8 |         with: { fetch_depth: 0 }
                      |                 ^~~~~~~~~~~

                """
        )
    }

    @Test func aFileThatIsTooLargeHidesNoOther() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": Self.faulty])
        let large = String(repeating: "# c\n", count: 2 << 20)
        try site.write([".github/workflows/a.yml": large], to: path)
        let result = try site.flowrun("lint", in: path)
        let heads = result.output.split(separator: "\n").filter { $0.hasSuffix("]") }
        #expect(result.status == 1 && heads.count == 3, "\(result.everything)")
        #expect(
            heads.first?.hasSuffix(
                "a.yml:1:1: error: the file is longer than 1048576 characters [yaml-limit]"
            ) == true
        )
        try site.flowrun("lint", "--fix", in: path)
        let left = try String(contentsOfFile: "\(path)/.github/workflows/a.yml", encoding: .utf8)
        #expect(left.utf8.count == large.utf8.count)
    }

    /// More files than are checked one after another.
    @Test func manyFilesAreToldOfInTheirOrder() throws {
        let site = try Site()
        let names = (10..<40).map { "w\($0).yml" }
        let path = try site.repository(
            Dictionary(uniqueKeysWithValues: names.map { (".github/workflows/\($0)", "on: push\n") })
        )
        let result = try site.flowrun("lint", "--format", "json", in: path)
        #expect(try result.objects().map { $0["file"].text } == names.map { ".github/workflows/\($0)" })
        #expect(result.status == 1)
    }

    @Test func fixChangesWhatIsCertainAndNothingElse() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": Self.faulty])
        let file = "\(path)/.github/workflows/w.yml"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let result = try site.flowrun("lint", "--fix", in: path)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("`github` has no `evnt`"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(
            text
                == Self.faulty.replacingOccurrences(of: "'5'", with: "5")
                .replacingOccurrences(of: "fetch_depth", with: "fetch-depth")
        )
        let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(rights == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/.github/workflows") == ["w.yml"])
    }

    @Test func programsReadEveryFormat() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": Self.faulty])
        let lines = try site.flowrun("lint", "--format", "json", in: path).output.split(separator: "\n")
        #expect(
            lines.first
                == #"{"code":"wrong-type","column":22,"end_column":25,"file":".github/workflows/w.yml","line":5,"message":"'timeout-minutes' in job 'train' must be a number or an expression, not '5'","severity":"error","fix":[{"line":5,"column":22,"end_column":25,"text":"5"}]}"#
        )
        let annotations = try site.flowrun("lint", "--format", "github", in: path).output
        #expect(
            annotations.hasPrefix(
                "::error file=.github/workflows/w.yml,line=5,col=22,endColumn=25,title=wrong-type::'timeout"
            )
        )
        let log = try site.flowrun("lint", "--all", "--format", "sarif", in: path).output
        let sarif = try #require(try JSONSerialization.jsonObject(with: Data(log.utf8)) as? [String: Any])
        let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
        let levels = try #require(run["results"] as? [[String: Any]]).compactMap { $0["level"] as? String }
        #expect(Set(levels) == ["error", "warning", "note"])
    }

    private static let schema: String = {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/reference/sarif-2.1.0.json")
            .path
    }()

    private static let canValidate: Bool = {
        guard FileManager.default.fileExists(atPath: schema) else { return false }
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", "import jsonschema"]
        python.standardError = FileHandle.nullDevice
        guard (try? python.run()) != nil else { return false }
        python.waitUntilExit()
        return python.terminationStatus == 0
    }()

    @Test(.enabled(if: canValidate, "the published schema or a validator for it is not here"))
    func sarifIsValidByItsPublishedSchema() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": Self.faulty])
        let log = try site.flowrun("lint", "--all", "--format", "sarif", in: path).output
        try site.write(["log.sarif": log], to: path)
        let check =
            "import json, jsonschema, sys; jsonschema.validate(*(json.load(open(f)) for f in sys.argv[1:]))"
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", check, "\(path)/log.sarif", Self.schema],
            in: path,
            environment: site.environment
        ).wait()
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func rulesCanBeChosenAndMustExist() throws {
        let site = try Site()
        let path = try site.repository([
            ".github/workflows/w.yml": Self.faulty.replacingOccurrences(of: "'5'", with: "5")
        ])
        let result = try site.flowrun("lint", "--rules", "unpinned-uses", in: path)
        #expect(result.status == 0)
        #expect(result.output.contains("7:15: note:"))
        #expect(!result.output.contains("unknown-"))
        let slip = try site.flowrun("lint", "--rules", "unpined-uses", in: path)
        #expect(slip.status == 64)
        #expect(slip.errors.contains("did you mean 'unpinned-uses'?"))
    }

    @Test func actionsOfTheRepositoryAreReadToo() throws {
        let site = try Site()
        let path = try site.repository([
            ".github/workflows/w.yml": """
            on: push
            jobs: { a: { runs-on: x, steps: [ { uses: ./.github/actions/prepare, with: { rows: 5 } } ] } }

            """,
            ".github/actions/prepare/action.yml": """
            name: prepare
            inputs: { row: {} }
            runs: { using: composite, steps: [ { run: 'echo ${{ inputs.rows }}', shell: bash } ] }

            """,
            "action.yml": "runs: { using: none }\n",
        ])
        let result = try site.flowrun("lint", in: path)
        #expect(result.status == 1)
        #expect(
            result.output.contains("w.yml:2:78: warning: './.github/actions/prepare' has no input 'rows'")
        )
        #expect(result.output.contains("prepare/action.yml:3:60: warning: `inputs` has no `rows`"))
        #expect(result.output.contains("\naction.yml:1:16: error: unknown value of 'using'"))
        let piped = try site.flowrun("lint", "--stdin-name", "action.yml", "-", in: path, input: "name: x\n")
        #expect(piped.output.hasPrefix("action.yml:1:1: error: the action has no 'runs'"))
    }
}
