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
