import Foundation
import Testing

/// The setup actions as flowrun serves them, with what is on this machine or made to look so.
struct SetupActionTests {
    private func run(_ site: Site, _ steps: String, _ files: [String: String] = [:]) throws -> SiteResult {
        let repository = try site.repository(steps: "- uses: actions/checkout@v5\n" + steps)
        try site.write(files, to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "--allow-empty", "-m", "files", in: repository)
        return try site.flowrun("trigger", "push", "--format", "json", in: repository)
    }

    /// A node of nvm's that tells its version.
    private func makeNode(_ site: Site, _ version: String) throws {
        let path = "home/.nvm/versions/node/v\(version)/bin/node"
        try site.write([path: "#!/bin/sh\necho v\(version)\n"], to: site.folder)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(site.folder)/\(path)"
        )
    }

    /// A Python of pyenv's that tells its version and can make environments.
    private func makePython(
        _ site: Site,
        _ version: String,
        isFreethreaded: Bool = false,
        _ more: String = ""
    ) throws {
        site.environment["PYENV_ROOT"] = "\(site.folder)/pyenv"
        let path = "pyenv/versions/\(version)\(more.replacing(" ", with: "-"))/bin/python3"
        let script = """
            #!/bin/sh
            case $1 in
            -c) echo \(version) \(isFreethreaded ? 1 : 0) \(more) ;;
            -m) mkdir -p "$3/bin" "$3/lib/python3/site-packages" && cp "$0" "$3/bin/python" &&
                echo "version = \(version)" > "$3/pyvenv.cfg" ;;
            *) echo "Python \(version)\(more)" ;;
            esac

            """
        try site.write([path: script], to: site.folder)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(site.folder)/\(path)"
        )
    }

    @Test func eachSetUpOfPythonIsTheOneThatLaterStepsHave() throws {
        let site = try Site()
        try makePython(site, "9.1.2")
        try makePython(site, "9.2.3")
        try makePython(site, "9.3.4")
        try makePython(site, "9.4.5", isFreethreaded: true)
        let done = try run(
            site,
            """
            - { id: a, uses: actions/setup-python@v6, with: { python-version: '9.1' } }
            - run: echo "first $(python --version)"
            - { id: b, uses: actions/setup-python@v6, with: { python-version: '9.2' } }
            - run: echo "second $(python --version) $(python9.2 --version) $("${{ steps.a.outputs.python-path }}" --version)"
            - { id: c, uses: actions/setup-python@v6, with: { python-version: '9.3', update-environment: false } }
            - run: echo "apart $(python --version) $("${{ steps.c.outputs.python-path }}" --version)"
            - { uses: actions/setup-python@v6, with: { python-version: '9.1' } }
            - run: |
                echo "back $(python --version)"
                test "$pythonLocation/bin/python" = "${{ steps.a.outputs.python-path }}"
                test "$Python3_ROOT_DIR" = "$pythonLocation"
            - { uses: actions/setup-python@v6, with: { python-version: "9.1\\n9.3" } }
            - run: echo "both $(python --version) $(python9.1 --version)"
            - { id: t, uses: actions/setup-python@v6, with: { python-version: 9.4t, check-latest: true } }
            - run: echo "free ${{ steps.t.outputs.python-version }} $(python --version)"
            """
        )
        #expect(done.status == 0, "\(done.log)")
        for line in [
            "first Python 9.1.2", "second Python 9.2.3 Python 9.2.3 Python 9.1.2",
            "apart Python 9.2.3 Python 9.3.4",
            "back Python 9.1.2", "both Python 9.3.4 Python 9.1.2", "free 9.4.5t Python 9.4.5",
        ] { #expect(done.log.contains(line), "\(line) in \(done.log)") }
    }

    @Test func aPyPyIsTakenWhereItIsAskedForAlone() throws {
        let site = try Site()
        try makePython(site, "9.1.2")
        try makePython(site, "9.1.9", "- pypy 7.3.17")
        let done = try run(
            site,
            """
            - { id: c, uses: actions/setup-python@v6, with: { python-version: '9.1' } }
            - run: echo "first ${{ steps.c.outputs.python-version }} $(python --version)"
            - { id: p, uses: actions/setup-python@v6, with: { python-version: pypy9.1 } }
            - run: |
                echo "second ${{ steps.p.outputs.python-version }} $(python --version)"
                test "$pythonLocation/bin/python" = "${{ steps.p.outputs.python-path }}"
            """
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("first 9.1.2 Python 9.1.2"), "\(done.log)")
        #expect(done.log.contains("second pypy9.1.9-7.3.17 Python 9.1.9- pypy 7.3.17"), "\(done.log)")
        #expect(done.log.contains("Successfully set up PyPy (pypy9.1.9-7.3.17)"), "\(done.log)")
    }

    @Test func withoutAVersionThePythonOfPathStays() throws {
        let site = try Site()
        try makePython(site, "9.1.2")
        let done = try run(
            site,
            """
            - { id: a, uses: actions/setup-python@v6, with: { cache-dependency-path: nothing } }
            - run: echo "kept ${{ toJSON(steps.a.outputs) }} $(test -z "$pythonLocation" && echo unset)"
            """
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("kept {} unset"), "\(done.log)")
        #expect(done.log.contains { $0.contains("The version of Python currently in `PATH` will be used") })
    }

    @Test func theToolsProblemsAreAnnotated() throws {
        let site = try Site()
        try makeNode(site, "98.1.0")
        let done = try run(
            site,
            """
            - { uses: actions/setup-node@v6, with: { node-version: 98 } }
            - { uses: actions/setup-python@v6 }
            - run: |
                echo "src/a.ts(3,7): error TS2304: Cannot find name 'b'."
                echo "$PWD/src/b.js: line 4, col 2, Warning - Unexpected var. (no-var)"
                printf '  File "app.py", line 9, in main\\n    raise ValueError('"'wrong'"')\\n'
            """,
            ["src/a.ts": "", "src/b.js": "", "app.py": ""]
        )
        #expect(done.status == 0, "\(done.log)")
        let found = done.events.filter { $0["event"] as? String == "annotation" }
            .filter { $0["file"] != nil }
            .map { "\($0["level"] ?? "") \($0["file"] ?? ""):\($0["line"] ?? "") \($0["message"] ?? "")" }
        #expect(
            found == [
                "error src/a.ts:3 Cannot find name 'b'.", "warning src/b.js:4 Unexpected var.",
                "error app.py:9 wrong",
            ],
            "\(found)"
        )
    }

    @Test func theKeyOfACacheIsTold() throws {
        let site = try Site()
        try makeNode(site, "98.1.0")
        let done = try run(
            site,
            """
            - { id: npm, uses: actions/setup-node@v6, with: { node-version: 98, check-latest: true, scope: '@a' } }
            - run: echo "key ${{ steps.npm.outputs.cache-primary-key }} '${{ steps.npm.outputs.cache-matched-key }}'"
            - run: echo "want node-cache-Linux-$RUNNER_ARCH-npm-${{ hashFiles('package-lock.json') }} ''"
            - { id: no, uses: actions/setup-node@v6, with: { package-manager-cache: false } }
            - run: echo "none '${{ steps.no.outputs.cache-primary-key }}'"
            """,
            ["package.json": #"{"packageManager": "npm@11.1.0"}"#, "package-lock.json": "{}\n"]
        )
        #expect(done.status == 0, "\(done.log)")
        let keys = ["key ", "want "].compactMap { head in
            done.log.first { $0.hasPrefix(head) }?.dropFirst(head.count).lowercased()
        }
        #expect(keys.count == 2 && Set(keys).count == 1, "\(keys)")
        #expect(done.log.contains("none ''"), "\(done.log)")
    }

    @Test func theNodeThatFitsIsFirstOnPath() throws {
        let site = try Site()
        try makeNode(site, "98.1.0")
        try makeNode(site, "98.2.3")
        let done = try run(
            site,
            """
            - { id: node, uses: actions/setup-node@v6, with: { node-version-file: .nvmrc, cache: npm } }
            - run: echo "is $(node --version) ${{ steps.node.outputs.node-version }} ${{ steps.node.outputs.cache-hit }}"
            """,
            [".nvmrc": "98\n", "package-lock.json": "{}\n"]
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("is v98.2.3 v98.2.3 false"), "\(done.log)")
    }

    @Test func aRegistryIsReachedWithTheTokenOfTheStep() throws {
        let site = try Site()
        try makeNode(site, "98.1.0")
        let done = try run(
            site,
            """
            - uses: actions/setup-node@v6
              with: { node-version: 98, registry-url: 'https://npm.example.org', scope: Owner }
            - run: sed 's/^/npmrc /' "$NPM_CONFIG_USERCONFIG"
            """
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("npmrc //npm.example.org/:_authToken=${NODE_AUTH_TOKEN}"), "\(done.log)")
        #expect(done.log.contains("npmrc @owner:registry=https://npm.example.org/"), "\(done.log)")
    }

    @Test(
        arguments: [
            ("actions/setup-node@v6", "node-version: 97", "node 97 is not on this machine (there is"),
            ("actions/setup-node@v6", "mirror: 'https://e.org'", "does not honour the input 'mirror'"),
            ("actions/setup-node@v6", "cache: npm", "Dependencies lock file is not found in"),
            ("actions/setup-python@v6", "python-version: 3.x, cache: pip", "No file in"),
            ("actions/setup-node@v6", "cache: bun", "Caching for 'bun' is not supported"),
            (
                "actions/setup-python@v6", "python-version: 2.99",
                "Python 2.99 is not on this machine (there is"
            ),
            (
                "actions/setup-python@v6", "python-version: pypy9.10",
                "Python pypy9.10 is not on this machine (there is"
            ),
            (
                "actions/setup-python@v6", "python-version: '3.7t', check-latest: true",
                "Python 3.7t is not on this machine (there is"
            ),
            ("iterative/setup-cml@v3", "version: 1.2.3", "speaks as CML 0.20 does"),
            (
                "google-github-actions/auth@v3", "workload_identity_provider: projects/1",
                "does not honour the input 'workload_identity_provider'"
            ),
            (
                "google-github-actions/auth@v3", "audience: x",
                "does not honour the input 'audience': Google trusts issuers with an https address alone"
            ),
        ]
    )
    func whatCannotBeHadIsRefusedByName(_ action: String, _ inputs: String, _ reason: String) throws {
        let site = try Site()
        let done = try run(site, "- uses: \(action)\n  with: { \(inputs) }\n")
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains(reason) }, "\(done.log)")
        #expect(done.log.contains("\(action) is served by flowrun's own implementation"), "\(done.log)")
    }

    @Test func gcloudTellsItsVersionAndIsHeldToTheOneAskedFor() throws {
        let site = try Site()
        try site.write(
            [
                "sdk/bin/gcloud": "#!/bin/sh\nexit 0\n", "sdk/VERSION": "528.0.0\n",
                "sdk/.install/beta.manifest": "",
            ],
            to: site.folder
        )
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(site.folder)/sdk/bin/gcloud"
        )
        site.environment["PATH"] = "\(site.folder)/sdk/bin:" + (site.environment["PATH"] ?? "")
        let done = try run(
            site,
            """
            - { id: gcloud, uses: google-github-actions/setup-gcloud@v3, with: { version: '>= 500.0.0' } }
            - run: echo "is ${{ steps.gcloud.outputs.version }}"
            - { uses: google-github-actions/setup-gcloud@v3, with: { version: '999.0.0', skip_install: true } }
            - { uses: google-github-actions/setup-gcloud@v3, with: { install_components: beta } }
            - { uses: google-github-actions/setup-gcloud@v3, continue-on-error: true, with: { install_components: 'beta, kubectl' } }
            - { uses: google-github-actions/setup-gcloud@v3, with: { version: '999.0.0' } }
            """
        )
        #expect(done.status == 1)
        #expect(done.log.contains("is 528.0.0"), "\(done.log)")
        #expect(done.log.contains { $0.contains("Ignoring \"version\" because") }, "\(done.log)")
        #expect(
            done.log.filter { $0.contains("lacks the components kubectl: add") }.count == 1,
            "\(done.log)"
        )
        #expect(
            done.log.filter { $0.contains("gcloud 999.0.0 is not on this machine") }.count == 1,
            "\(done.log)"
        )
    }

    @Test func gcloudIsLoggedInForTheJobAlone() throws {
        let site = try Site()
        try site.write(
            [
                "sdk/bin/gcloud": """
                #!/bin/sh
                echo "gcloud $* in ${CLOUDSDK_CONFIG#"$RUNNER_TEMP"}"
                echo login > "$CLOUDSDK_CONFIG/credentials.db"

                """, "sdk/VERSION": "528.0.0\n",
            ],
            to: site.folder
        )
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(site.folder)/sdk/bin/gcloud"
        )
        site.environment["PATH"] = "\(site.folder)/sdk/bin:" + (site.environment["PATH"] ?? "")
        site.environment["CLOUDSDK_CONFIG"] = nil
        let repository = try site.repository(
            steps: """
                - { uses: google-github-actions/auth@v3, with: { credentials_json: '${{ secrets.KEY }}' } }
                - { uses: google-github-actions/setup-gcloud@v3, with: { project_id: other } }
                - run: cat "$CLOUDSDK_CONFIG/credentials.db" | sed 's/^/kept /'
                """
        )
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "-s",
            "KEY=\(ServiceAccount.key("k"))",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(
            done.log.contains { $0.hasPrefix("gcloud --quiet auth login") && $0.hasSuffix(" in /gcloud") }
        )
        #expect(done.log.contains("gcloud --quiet config set project other in /gcloud"), "\(done.log)")
        #expect(done.log.contains("kept login"), "\(done.log)")
        #expect(done.log.contains { $0.hasPrefix("Removed gcloud's settings at") }, "\(done.log)")
        #expect(site.files(in: "work").isEmpty)
    }
}
