import Foundation
import Testing

/// `secret` and `variable`, and what a run gets of them.
struct CommandsSettingsTests {
    private let value = "tr0ub4dor&3-is-a-secret"

    @Test func aSecretIsNeverPrintedNorInTheStoresBytes() throws {
        let site = try Site()
        let repository = try site.repository(["readme": "x"])
        try site.write(["key.txt": value + "-from-file"], to: site.folder)
        var said = ""
        said += try site.flowrun("secret", "set", "PIPED", in: repository, input: value + "\n").everything
        said += try site.flowrun(
            "secret",
            "set",
            "filed",
            "--from-file",
            "\(site.folder)/key.txt",
            in: repository
        ).everything
        said += try site.flowrun("secret", "set", "WIDE", "--global", in: repository, input: value).everything
        said += try site.flowrun("secret", "list", in: repository).everything
        let listed = try site.flowrun("secret", "list", "--json", in: repository)
        said += listed.everything
        #expect(!said.contains(value))
        let names = try JSON(listed.output).list
        #expect(names.map { $0["name"].text }.sorted() == ["FILED", "PIPED"])
        #expect(names.allSatisfy { $0.keys == ["name", "updated_at"] })
        #expect(!site.holds(value, under: site.state))
        #expect(!site.holds(Data(value.utf8).base64EncodedString(), under: site.state))
    }

    @Test func keyAndStoreAreForTheUserAlone() throws {
        let site = try Site()
        let repository = try site.repository(["readme": "x"])
        #expect(try site.flowrun("secret", "set", "KEY", in: repository, input: value).status == 0)
        func mode(_ name: String) throws -> Int {
            let facts = try FileManager.default.attributesOfItem(atPath: "\(site.state)\(name)")
            return try #require(facts[.posixPermissions] as? Int)
        }
        #expect(try mode("/keys/secrets.key") == 0o600)
        #expect(try mode("") == 0o700 && mode("/keys") == 0o700 && mode("/store") == 0o700)
        #expect(try mode("/store/flowrun.db") & 0o077 == 0)
    }

    @Test func theNarrowestSettingWinsAndADeletedOneIsGone() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps: [ { run: 'echo "[${{ vars.PLACE }}] [${{ vars.EVERYWHERE }}] [${{ vars.NOWHERE }}]"; test -z "${{ secrets.GONE }}"' } ]
                """
        )
        try site.flowrun("variable", "set", "PLACE", "global", "--global", in: repository)
        try site.flowrun("variable", "set", "EVERYWHERE", "wide", "--global", in: repository)
        try site.flowrun("variable", "set", "place", "here", in: repository)
        try site.flowrun("secret", "set", "GONE", in: repository, input: value)
        let deleted = try site.flowrun("secret", "delete", "gone", in: repository)
        #expect(deleted.status == 0)
        let twice = try site.flowrun("secret", "delete", "gone", in: repository)
        #expect(twice.status == 2 && twice.errors.contains("GONE"))
        let first = try site.push(in: repository)
        #expect(first.status == 0 && first.log.contains("[here] [wide] []"), "\(first.everything)")
        let told = try site.push("--var", "PLACE=told", in: repository)
        #expect(told.log.contains("[told] [wide] []"))
    }

    @Test func variablesAreSetReadListedAndDeleted() throws {
        let site = try Site()
        let repository = try site.repository(["readme": "x"])
        #expect(try site.flowrun("variable", "set", "ONE", "1 2", in: repository).status == 0)
        #expect(try site.flowrun("variable", "set", "MANY", in: repository, input: "a\nb\n").status == 0)
        #expect(try site.flowrun("variable", "get", "many", in: repository).output == "a\nb\n")
        let list = try JSON(try site.flowrun("variable", "list", "--json", in: repository).output).list
        #expect(list.map { $0["name"].text } == ["MANY", "ONE"])
        #expect(list.allSatisfy { $0.keys == ["name", "value", "updated_at"] })
        #expect(try site.flowrun("variable", "list", in: repository).output.contains("1 2"))
        #expect(try site.flowrun("variable", "delete", "ONE", in: repository).status == 0)
        for command in ["get", "delete"] {
            let none = try site.flowrun("variable", command, "ONE", in: repository)
            #expect(none.status == 2 && none.errors.contains("ONE"))
        }
    }

    @Test(arguments: ["1X", "A-B", "GITHUB_X", "", "A B"])
    func namesThatGitHubRefusesAreRefused(_ name: String) throws {
        let site = try Site()
        let repository = try site.repository(["readme": "x"])
        let secret = try site.flowrun("secret", "set", name, in: repository, input: "v")
        #expect(secret.status == 2 && secret.errors.hasPrefix("error:"), "\(secret.everything)")
        let variable = try site.flowrun("variable", "set", name, "v", in: repository)
        #expect(variable.status == 2 && variable.errors.hasPrefix("error:"), "\(variable.everything)")
    }

    @Test func settingsNeedARepositoryUnlessTheyAreGlobal() throws {
        let site = try Site()
        let none = try site.flowrun("secret", "set", "A", in: site.folder, input: "v")
        #expect(none.status == 2 && none.errors.contains("--global"))
        #expect(try site.flowrun("secret", "set", "A", "--global", in: site.folder, input: "v").status == 0)
        let both = try site.flowrun(
            "secret",
            "set",
            "A",
            "--global",
            "--env",
            "prod",
            in: site.folder,
            input: "v"
        )
        #expect(both.status == 64)
    }

    @Test func filesOfSettingsReachTheStepsAndSecretsStayMasked() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          echo "[$PLAIN] [$QUOTED] [$OVER] [${{ vars.SEVERAL }}]"
                          echo "it is ${{ secrets.FILED }} and ${{ secrets.SHORTLY }} and ${{ secrets.NAMED }}"
                """
        )
        try site.write(
            [
                "env": "# a comment\n\nexport PLAIN=one # kept\nQUOTED='two words'\nOVER=file\n",
                "vars": "SEVERAL=\"line one\\nline two\"\n", "secrets": "FILED=\(value)\n",
                "bad": "FINE=1\nnot a setting\n", "open": "A='never closed\n",
            ],
            to: site.folder
        )
        let done = try site.push(
            "--env-file",
            "\(site.folder)/env",
            "--var-file",
            "\(site.folder)/vars",
            "--secret-file",
            "\(site.folder)/secrets",
            "--env",
            "OVER=line",
            "-s",
            "SHORTLY=abc-\(value)",
            "-s",
            "NAMED",
            in: repository,
            environment: ["NAMED": "named-\(value)"]
        )
        #expect(done.log.contains { $0.hasSuffix("[two words] [line] [line one") }, "\(done.log)")
        #expect(done.log.contains("it is *** and *** and ***"), "\(done.log)")
        #expect(!done.output.contains(value) && !site.holds(value, under: site.state))
        for (name, place) in [("bad", "bad:2:1: error:"), ("open", "open:1:1: error:")] {
            let wrong = try site.push("--var-file", "\(site.folder)/\(name)", in: repository)
            #expect(wrong.status == 2 && wrong.errors.contains(place), "\(wrong.everything)")
        }
        let absent = try site.push("--env-file", "\(site.folder)/nothing", in: repository)
        #expect(absent.status == 2 && absent.errors.contains("nothing"))
        #expect(try site.push("-s", "NOT_IN_THE_ENVIRONMENT", in: repository).status == 64)
    }
}
