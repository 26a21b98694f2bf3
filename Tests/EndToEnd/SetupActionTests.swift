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
            ("actions/setup-node@v6", "check-latest: true", "does not honour the input 'check-latest'"),
            ("actions/setup-node@v6", "cache: npm", "No file in"),
            ("actions/setup-node@v6", "cache: bun", "Caching for 'bun' is not supported"),
            (
                "actions/setup-python@v6", "python-version: 2.99",
                "Python 2.99 is not on this machine (there is"
            ),
            ("actions/setup-python@v6", "python-version: pypy3.10", "finds CPython alone"),
            ("actions/setup-python@v6", "freethreaded: true", "does not honour the input 'freethreaded'"),
            ("iterative/setup-cml@v3", "version: 1.2.3", "speaks as CML 0.20 does"),
            (
                "google-github-actions/auth@v3", "workload_identity_provider: projects/1",
                "does not honour the input 'workload_identity_provider'"
            ),
            (
                "google-github-actions/auth@v3", "token_format: access_token",
                "honour the input 'token_format'"
            ),
            ("ad-m/github-push-action@v1", "force: true", "does not honour the input 'force'"),
            ("ad-m/github-push-action@v1", "pull: merge", "does not honour 'pull: merge'"),
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
            ["sdk/bin/gcloud": "#!/bin/sh\nexit 0\n", "sdk/VERSION": "528.0.0\n"],
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
            - { uses: google-github-actions/setup-gcloud@v3, with: { version: '999.0.0' } }
            """
        )
        #expect(done.status == 1)
        #expect(done.log.contains("is 528.0.0"), "\(done.log)")
        #expect(
            done.log.filter { $0.contains("gcloud 999.0.0 is not on this machine") }.count == 1,
            "\(done.log)"
        )
    }
}
