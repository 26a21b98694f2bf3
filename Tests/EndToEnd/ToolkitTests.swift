import Foundation
import Testing

/// What these tests need of the machine.
private enum Needs {
    static let hasNode = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        access("\($0)/node", X_OK) == 0
    }

    /// A folder of git repositories, `OWNER/NAME` each.
    static let actions = ProcessInfo.processInfo.environment["FLOWRUN_ACTIONS"]
}

/// What actions ask of GitHub while they run, answered by flowrun.
@Suite(.enabled(if: Needs.hasNode, "JavaScript actions need node on the PATH"))
struct ToolkitTests {
    /// A repository with a JavaScript action of its own, `./act`, and one job.
    private func repository(
        _ site: Site,
        script: String,
        steps: String,
        permissions: String = "{}"
    ) throws
        -> String
    {
        let indented = steps.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
        return try site.repository([
            "act/action.yml": "name: act\nruns: { using: node20, main: main.js }\n",
            "act/main.js": script,
            ".github/workflows/w.yml": """
            on: push
            permissions: \(permissions)
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
            \(indented)

            """,
        ])
    }

    private func push(_ site: Site, _ repository: String) throws -> SiteResult {
        try site.start(["trigger", "push", "--format", "json"], in: repository).wait(seconds: 120)
    }

    private let show = """
        for (const name of ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RUNTIME_URL', 'ACTIONS_CACHE_URL', 'ACTIONS_RESULTS_URL',
            'ACTIONS_CACHE_SERVICE_V2', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
          console.log('action ' + name + ' [' + (process.env[name] || '') + ']');
        }
        """
    private let showInScript =
        #"- run: env | grep ^ACTIONS_ | sort | sed 's/^/script /; s/=\(.*\)/ [\1]/' || true"#

    @Test func actionsGetTheServicesAndScriptsDoNot() throws {
        let site = try Site()
        let repository = try repository(site, script: show, steps: "- uses: ./act\n\(showInScript)")
        let result = try push(site, repository)
        #expect(result.status == 0, "\(result.log)\(result.errors)")
        let log = result.log
        #expect(log.contains("action ACTIONS_RUNTIME_TOKEN [***]"), "\(log)")
        for name in ["ACTIONS_RUNTIME_URL", "ACTIONS_CACHE_URL", "ACTIONS_RESULTS_URL"] {
            #expect(log.contains { $0.hasPrefix("action \(name) [http://127.0.0.1:") && $0.hasSuffix("/]") })
        }
        #expect(log.contains("action ACTIONS_CACHE_SERVICE_V2 [True]"))
        #expect(log.contains("action ACTIONS_ID_TOKEN_REQUEST_URL []"))
        #expect(!log.contains { $0.hasPrefix("script ") }, "\(log)")
        #expect(site.leftovers().isEmpty)
    }

    @Test func identitiesAreForStepsOfAllKindsWhereTheJobMayAsk() throws {
        let site = try Site()
        let repository = try repository(
            site,
            script: show,
            steps: "\(showInScript)\n- uses: ./act",
            permissions: "{ id-token: write }"
        )
        let result = try push(site, repository)
        #expect(result.status == 0, "\(result.log)\(result.errors)")
        let script = result.log.filter { $0.hasPrefix("script ") }
        #expect(script.count == 2 && script[0] == "script ACTIONS_ID_TOKEN_REQUEST_TOKEN [***]", "\(script)")
        #expect(result.log.contains("action ACTIONS_ID_TOKEN_REQUEST_TOKEN [***]"))
        #expect(script[1].hasPrefix("script ACTIONS_ID_TOKEN_REQUEST_URL [http://127.0.0.1:"), "\(script)")
    }

    @Test func aRunThatNeedsNoServicesStartsNone() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: ls /proc/$PPID/task | wc -l")
        #expect(try push(site, repository).status == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(site.state)/blobs"))
    }

    @Test("G5: what a killed run was sending is not there, and goes with the next")
    func whatAKilledRunWasSendingIsNotThereAndGoesWithTheNext() throws {
        let site = try Site()
        let script = """
            const base = process.env.ACTIONS_RESULTS_URL;
            const call = (method, fields) => fetch(base + 'twirp/github.actions.results.api.v1.CacheService/' + method, {
              method: 'POST', body: JSON.stringify(fields),
              headers: { authorization: 'Bearer ' + process.env.ACTIONS_RUNTIME_TOKEN } }).then(r => r.json());
            (async () => {
              const found = await call('GetCacheEntryDownloadURL', { key: 'k', version: 'v' });
              console.log('found ' + found.ok);
              const made = await call('CreateCacheEntry', { key: 'k', version: 'v' });
              const put = await fetch(made.signed_upload_url + '&comp=block&blockid=YQ%3D%3D',
                { method: 'PUT', body: Buffer.alloc(5000000) });
              console.log('sent ' + put.status);
              if (process.env.WAITS) setTimeout(() => {}, 60000);
            })();
            """
        let repository = try repository(
            site,
            script: script,
            steps: "- uses: ./act\n  env: { WAITS: '${{ vars.WAITS }}' }"
        )
        let killed = try site.start(
            ["trigger", "push", "--format", "json", "--var", "WAITS=1"],
            in: repository
        )
        try killed.waitFor("sent 201")
        killed.signal(SIGKILL)
        try killed.wait(seconds: 60)
        #expect(site.files(in: "blobs").count == 1, "\(site.files(in: "blobs"))")

        let next = try push(site, repository)
        #expect(next.status == 0 && next.log.contains("found false"), "\(next.log)\(next.errors)")
        #expect(site.files(in: "blobs").isEmpty, "\(site.files(in: "blobs"))")
        #expect(site.leftovers().isEmpty)
    }

    /// Sends an artifact of 64 MB, of which `PART` bytes come in the first try.
    private static let sending = """
        const http = require('http'), crypto = require('crypto');
        const token = process.env.ACTIONS_RUNTIME_TOKEN;
        const scope = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).scp.match(/Actions.Results:([^: ]+):([^ ]+)/);
        const ids = { workflow_run_backend_id: scope[1], workflow_job_run_backend_id: scope[2] };
        const call = (method, fields) => fetch(process.env.ACTIONS_RESULTS_URL
          + 'twirp/github.actions.results.api.v1.ArtifactService/' + method, {
          method: 'POST', body: JSON.stringify({ ...ids, ...fields }),
          headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' } }).then(r => r.json());
        const bytes = Buffer.alloc(64 << 20, 'artifact');
        const hash = 'sha256:' + crypto.createHash('sha256').update(bytes).digest('hex');
        const put = (url, body, sent) => new Promise(done => {
          const request = http.request(url, { method: 'PUT', headers: { 'content-length': body.length } });
          request.on('response', answer => { answer.resume(); done(answer.statusCode); });
          request.on('error', () => done('cut'));
          if (sent === undefined) return request.end(body);
          request.write(body.subarray(0, sent), () => { console.log('half is sent'); setTimeout(() => request.destroy(), +process.env.HOLD); });
        });
        const shown = async (when) => console.log(when + ' ' + JSON.stringify((await call('ListArtifacts', {})).artifacts.length));
        (async () => {
          const made = await call('CreateArtifact', { name: 'big', version: 4 });
          const block = made.signed_upload_url + '&comp=block&blockid=YQ%3D%3D';
          const list = () => put(made.signed_upload_url + '&comp=blocklist', Buffer.from('<BlockList><Latest>YQ==</Latest></BlockList>'));
          console.log('first ' + await put(block, bytes, 32 << 20));
          await shown('after the cut');
          console.log('list ' + await list());
          const early = await call('FinalizeArtifact', { name: 'big', size: String(bytes.length), hash });
          console.log('early ' + (early.ok === true));
          await shown('after that');
          console.log('again ' + await put(block, bytes) + ' ' + await list());
          const wrong = await call('FinalizeArtifact', { name: 'big', size: String(bytes.length), hash: 'sha256:' + '0'.repeat(64) });
          console.log('wrong ' + (wrong.ok === true));
          const done = await call('FinalizeArtifact', { name: 'big', size: String(bytes.length), hash });
          console.log('done ' + done.ok);
          await shown('at the end');
        })();
        """

    @Test("G5: of an artifact that was cut nothing is seen until it has come whole")
    func anArtifactThatWasCutIsSentAgain() throws {
        let site = try Site()
        let repository = try repository(
            site,
            script: Self.sending,
            steps: "- uses: ./act\n  env: { HOLD: '1' }"
        )
        let done = try push(site, repository)
        #expect(done.status == 0, "\(done.everything)")
        let words = [
            "half is sent", "first cut", "after the cut 0", "list 400", "early false", "after that 0",
            "again 201 201",
            "wrong false", "done true", "at the end 1",
        ]
        #expect(done.log.filter(words.contains) == words, "\(done.log)")
        #expect(site.files(in: "blobs").count == 1, "\(site.files(in: "blobs"))")
    }

    @Test("G5: what a killed worker was receiving is no artifact, and its job fails by name")
    func whatAKilledWorkerWasReceivingIsNoArtifact() throws {
        let house = try DaemonSite()
        let repository = try repository(
            house.site,
            script: Self.sending,
            steps: "- uses: ./act\n  env: { HOLD: '60000' }"
        )
        try house.up()
        let queued = try house.site.start(
            ["trigger", "push", "--detach"],
            in: repository
        ).wait()
        #expect(queued.status == 0, "\(queued.everything)")
        try Wait.until("half is sent") { try house.log("1").contains("half is sent") }
        for worker in house.workers() { kill(worker, SIGKILL) }
        let run = try house.ended("1")
        #expect(run["conclusion"] as? String == "failure")
        #expect("\(run)".contains("worker-lost signal 9"), "\(run)")
        let list = try house.site.flowrun("artifact", "list", "--json", in: repository)
        #expect(try JSON(list.output).list.isEmpty, "\(list.everything)")
        #expect(house.site.leftovers(except: ["daemon"]).isEmpty)
    }
}

/// The real actions, unchanged.
@Suite(
    .enabled(
        if: Needs.hasNode && Needs.actions != nil,
        "needs node, and clones of the actions in the folder $FLOWRUN_ACTIONS"
    )
)
struct RealActionTests {
    @Test func artifactsGoFromJobToJobAndCachesFromRunToRun() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            on: push
            permissions: { id-token: write }
            jobs:
              up:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/cache@v4
                    id: cache
                    with: { path: deps, key: 'deps-${{ runner.os }}' }
                  - run: |
                      echo "hit [${{ steps.cache.outputs.cache-hit }}] $(cat deps/a 2>/dev/null)"
                      mkdir -p deps out/sub && echo one > deps/a && echo two > out/sub/b
                      head -c 20000000 /dev/urandom > out/c && sha256sum < out/c
                  - uses: actions/upload-artifact@v4
                    with: { name: model, path: out, compression-level: 0 }
                  - uses: actions/github-script@v7
                    id: who
                    with:
                      result-encoding: string
                      script: |
                        const token = await core.getIDToken('me')
                        return JSON.parse(Buffer.from(token.split('.')[1], 'base64').toString()).sub
                  - run: echo "I am ${{ steps.who.outputs.result }}"
              down:
                needs: up
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/download-artifact@v4
                    with: { name: model, path: got }
                  - run: cat got/sub/b && sha256sum < got/c
            """
        ])
        let actions = "\(try #require(Needs.actions))/{owner}/{repo}"
        func push() throws -> SiteResult {
            let words = ["trigger", "push", "--format", "json", "--built-in-actions", "off"]
            return try site.start(words + ["--actions-source", actions], in: repository).wait(seconds: 300)
        }
        let first = try push()
        #expect(first.status == 0, "\(first.log)\(first.errors)")
        #expect(first.log.contains("hit [] ") && first.log.contains("two"), "\(first.log)")
        #expect(first.log.contains { $0.hasPrefix("I am repo:") && $0.hasSuffix(":ref:refs/heads/main") })
        let sums = first.log.filter { $0.hasSuffix("  -") }
        #expect(sums.count == 2 && sums[0] == sums[1], "\(sums)")
        let second = try push()
        #expect(second.status == 0 && second.log.contains("hit [true] one"), "\(second.log)\(second.errors)")
        #expect(site.leftovers().isEmpty)

        let listed = try site.flowrun("artifact", "list", "--json", in: repository)
        #expect(listed.status == 0 && listed.output.contains("\"name\":\"model\""), "\(listed.output)")
    }

    @Test func checkoutFetchesAndWhatTheJobCommitsIsPushed() throws {
        let site = try Site()
        let repository = try site.repository([
            "README.md": "hello\n",
            ".github/workflows/w.yml": """
            on: push
            permissions: { contents: write, issues: write }
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - run: |
                      git config user.name Bot && git config user.email bot@example.org
                      git checkout -q -b made && echo x > made && git add made && git commit -q -m made
                      git push -q origin made && git ls-remote origin
                  - uses: actions/checkout@v4
                    with: { path: whole, fetch-depth: 0 }
                  - run: cat whole/README.md; git -C whole branch -r
                  - uses: actions/github-script@v7
                    with:
                      script: |
                        const { data } = await github.rest.repos.getContent({ ...context.repo, path: 'README.md' });
                        console.log('file ' + Buffer.from(data.content, 'base64').toString().trim());
                        await github.rest.issues.createComment({ ...context.repo, issue_number: 1, body: 'done' });
                        await github.rest.repos.createDispatchEvent({ ...context.repo, event_type: 'x' })
                          .catch(error => console.log('refused ' + error.status));
            """,
        ])
        let actions = "\(try #require(Needs.actions))/{owner}/{repo}"
        let words = ["trigger", "push", "--format", "json", "--built-in-actions", "off"]
        let result = try site.start(words + ["--actions-source", actions], in: repository).wait(seconds: 300)
        #expect(result.status == 0, "\(result.log)\(result.errors)")
        #expect(result.log.contains("hello") && result.log.contains("file hello"), "\(result.log)")
        #expect(result.log.contains { $0.trimmingCharacters(in: .whitespaces) == "origin/made" })
        #expect(result.log.contains("refused 404"))
        #expect(try site.git("show", "made:made", in: repository) == "x")
        #expect(!result.output.contains("frs_"), "the token is masked")
        #expect(site.leftovers().isEmpty)
    }
}
