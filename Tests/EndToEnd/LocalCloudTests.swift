import Foundation
import Testing

/// The local cloud as runs meet it: there when the set `local` asks for it, and only then.
struct LocalCloudTests {
    private let show = """
        - run: |
            echo "store [$STORAGE_EMULATOR_HOST]"
            env | grep -c -E '^(STORAGE_EMULATOR_HOST|GCSFS_|NO_GCE_CHECK|CLOUDSDK_)' | sed 's/^/variables /' || true
        - env: { KEY: '${{ secrets.SERVICE_ACCOUNT_KEY }}' }
          run: |
            python3 -c 'import base64, json, os; print("asks", json.loads(base64.b64decode(os.environ["KEY"]))["token_uri"])'
        """

    private func run(_ site: Site, _ arguments: String..., in repository: String) throws -> SiteResult {
        try site.start(["trigger", "push", "--format", "json"] + arguments, in: repository).wait(seconds: 120)
    }

    @Test func theNextRunBringsBackACloudThatWasKilledAtItsPort() throws {
        let site = try Site()
        let repository = try site.repository(steps: show)
        let first = try run(site, "--secrets", "local", in: repository)
        #expect(first.status == 0, "\(first.log)\(first.errors)")
        let place = try #require(first.log.first { $0.hasPrefix("store [http://127.0.0.1:") })
        #expect(first.log.contains { $0.hasPrefix("asks http://127.0.0.1:") })

        let pid = try server(of: site)
        kill(pid, SIGKILL)
        let second = try run(site, "--secrets", "local", in: repository)
        #expect(second.status == 0 && second.log.contains(place), "\(second.log)\(second.errors)")
        #expect(try server(of: site) != pid)
    }

    @Test func whatTheStoreHoldsOutlivesItsServer() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: |
                    python3 - "${{ vars.METHOD }}" <<'END'
                    import os, sys, urllib.request
                    host, bucket = os.environ["STORAGE_EMULATOR_HOST"], "model-datasets-tracker"
                    if sys.argv[1] == "put":
                        url = f"{host}/upload/storage/v1/b/{bucket}/o?uploadType=media&name=a/b.txt"
                        urllib.request.urlopen(urllib.request.Request(url, b"kept", method="POST"))
                    else:
                        print("got", urllib.request.urlopen(f"{host}/storage/v1/b/{bucket}/o/a%2Fb.txt?alt=media").read())
                    END
                """
        )
        let put = try run(site, "--secrets", "local", "--var", "METHOD=put", in: repository)
        #expect(put.status == 0, "\(put.log)\(put.errors)")
        #expect(try site.flowrun("cloud", "down", in: site.folder).status == 0)
        #expect(site.leftovers().isEmpty)
        let got = try run(site, "--secrets", "local", "--var", "METHOD=get", in: repository)
        #expect(got.log.contains("got b'kept'"), "\(got.log)\(got.errors)")
    }

    @Test func aStepGetsTheTokensThatItAsksFor() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - id: auth
                  uses: google-github-actions/auth@v3
                  with:
                    credentials_json: ${{ secrets.SERVICE_ACCOUNT_KEY }}
                    service_account: other@project-of-it.iam.gserviceaccount.com
                    token_format: access_token
                - env:
                    OUTPUTS: ${{ toJSON(steps.auth.outputs) }}
                    KEY: ${{ secrets.SERVICE_ACCOUNT_KEY }}
                  run: |
                    python3 - <<'END'
                    import base64, json, os
                    found, key = json.loads(os.environ["OUTPUTS"]), json.loads(base64.b64decode(os.environ["KEY"]))
                    print("outputs", sorted(found))
                    print("kind", found["access_token"].split(".")[0], found["project_id"])
                    head, body = (json.loads(base64.urlsafe_b64decode(part + "===")) for part in found["auth_token"].split(".")[:2])
                    print("key", head["kid"] == key["private_key_id"], body["iss"] == body["sub"] == key["client_email"])
                    print("for", body["aud"], body["exp"] - body["iat"], os.environ["GCP_PROJECT"])
                    print("masked", found["auth_token"], found["access_token"])
                    END
                - id: id
                  uses: google-github-actions/auth@v3
                  with:
                    credentials_json: ${{ secrets.SERVICE_ACCOUNT_KEY }}
                    token_format: id_token
                    id_token_audience: https://e.org
                """
        )
        let done = try run(site, "--secrets", "local", in: repository)
        #expect(
            done.log.contains(
                "outputs ['access_token', 'auth_token', 'credentials_file_path', 'project_id']"
            ),
            "\(done.log)\(done.errors)"
        )
        for line in [
            "kind flowrun-local project-of-it", "key True True",
            "for https://iamcredentials.googleapis.com/ 3599 project-of-it", "masked *** ***",
        ] { #expect(done.log.contains(line), "\(line) in \(done.log)") }
        // The local cloud gives no identity: the step says so, by the place that was asked.
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains("/token: the answer has no 'id_token'") }, "\(done.log)")
    }

    @Test func otherSecretsHaveNoLocalCloudBesideThem() throws {
        let site = try Site()
        let repository = try site.repository(steps: show)
        let key =
            #"{"type":"service_account","private_key":"x","token_uri":"https://oauth2.googleapis.com/token"}"#
        let encoded = Data(key.utf8).base64EncodedString()
        let set = try site.flowrun(
            "secret",
            "set",
            "SERVICE_ACCOUNT_KEY",
            "--set",
            "prod",
            in: repository,
            input: encoded
        )
        #expect(set.status == 0, "\(set.errors)")
        let stored = try run(site, "--secrets", "prod", in: repository)
        #expect(stored.status == 0, "\(stored.log)\(stored.errors)")
        #expect(stored.log.contains("store []") && stored.log.contains("variables 0"), "\(stored.log)")
        #expect(stored.log.contains("asks https://oauth2.googleapis.com/token"))
        #expect(!FileManager.default.fileExists(atPath: "\(site.state)/cloud"), "nobody asked for it")

        // A real key for this run alone takes the place of the local one, and its helpers away.
        let given = try run(
            site,
            "--secrets",
            "local",
            "--secret",
            "SERVICE_ACCOUNT_KEY=\(encoded)",
            in: repository
        )
        #expect(given.log.contains("store []") && given.log.contains("variables 0"), "\(given.log)")
        #expect(given.log.contains("asks https://oauth2.googleapis.com/token"))
    }

    private func server(of site: Site) throws -> Int32 {
        let status = try site.flowrun("cloud", "status", in: site.folder)
        return try #require(status.output.firstMatch(of: /process (\d+)/).flatMap { Int32($0.1) })
    }
}
