import Foundation
import Testing

/// Secrets stay out of everything that flowrun writes, however a step turns them.
struct FaultsSecretsTests {
    private static let value = #"p@ss w0rd"&<x>/y\z-4711"#

    /// What a step may make of a secret in `$S`, each with the Python that prints it.
    private static let forms: [(name: String, code: String)] = [
        ("plain", "s"), ("inside a line", "'a'+s+'b'"), ("base64", "b64(s)"),
        ("base64 after a name", "b64('u:'+s)"),
        ("base64 after two letters", "b64('uu'+s)"), ("base64 before more", "b64(s+':more text')"),
        ("base64 for URLs", "base64.urlsafe_b64encode(s.encode()).decode()"),
        ("base64 without padding", "b64(s).rstrip('=')"),
        ("URL", "quote(s,safe='')"), ("URL with a plus", "quote_plus(s)"),
        (
            "URL in small letters",
            "''.join(c if c.isalnum() or c in '-._~' else '%%%02x' % ord(c) for c in s)"
        ),
        ("JSON", "json.dumps(s)"), ("JSON with escapes", "''.join('\\\\u%04x'%ord(c) for c in s)"),
        ("XML", "html.escape(s)"),
        (
            "XML by number",
            "''.join('&#%d;' % ord(c) if c in '&<>\"' else c for c in s)"
        ),
        ("shell", "shlex.quote(s)"), ("hex", "s.encode().hex()"), ("HEX", "s.encode().hex().upper()"),
    ]

    /// Prints each form on a line of its own after its number, as `FORM n:`.
    private static var script: String {
        let prints = forms.enumerated().map { "print('FORM \($0.offset):', \($0.element.code), flush=True)" }
        return """
            import base64, html, json, os, shlex
            from urllib.parse import quote, quote_plus
            s = os.environ['S']
            b64 = lambda t: base64.b64encode(t.encode()).decode()

            """ + prints.joined(separator: "\n") + "\n"
    }

    /// The forms of a value, made by the same script outside of flowrun.
    private func formsOfValue(_ site: Site) throws -> [String] {
        var environment = site.environment
        environment["S"] = Self.value
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", Self.script],
            in: site.folder,
            environment: environment
        ).wait(seconds: 60)
        try #require(done.status == 0, "\(done.errors)")
        return done.output.split(separator: "FORM ").map {
            $0.drop { $0 != ":" }.dropFirst(2).trimmingCharacters(in: .newlines)
        }
    }

    @Test("J1: every form of a secret is masked everywhere")
    func everyFormOfASecretIsMaskedEverywhere() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    env: { S: '${{ secrets.SEC }}' }
                    steps:
                      - uses: actions/checkout@v4
                      - uses: iterative/setup-cml@v2
                      - run: python3 forms.py
                      - run: python3 -c 'import base64,os; print(base64.encodebytes(b"x" * 50 + os.environ["S"].encode()).decode())'
                      - run: |
                          python3 forms.py | while IFS= read -r line; do
                            echo "::warning title=$line::$line"; echo "$line" >> "$GITHUB_STEP_SUMMARY"; echo "$line" >> report.md
                          done
                          cml comment create report.md
                      - { name: Fails, run: 'exec false "$S"' }
                """,
            ["forms.py": Self.script]
        )
        let expected = try formsOfValue(site)
        #expect(expected.count == Self.forms.count)
        #expect(try site.flowrun("secret", "set", "SEC", in: repository, input: Self.value).status == 0)
        let done = try site.push(in: repository)
        #expect(done.status == 1 && done.log.contains("FORM 0: ***"), "\(done.everything)")
        #expect(done.steps.filter { $0.value == "failure" }.map(\.key) == ["Fails"], "\(done.log)")
        var told = done.everything
        for arguments in [
            ["run", "view"], ["run", "view", "--json"], ["run", "logs"], ["run", "list", "--json"],
        ] {
            told += try site.start(arguments, in: repository).wait(seconds: 60).everything
        }
        let plain = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        told += plain.everything
        for (form, text) in zip(Self.forms, expected) {
            // Of a form over several lines, each line.
            for line in text.split(separator: "\n") where line.count >= 16 {
                #expect(!told.contains(line), "\(form.name) is told: \(line)")
                // What a step itself writes into its workspace is there as long as that is kept.
                for part in ["runs", "store", "blobs", "cache", "tools", "keys"] {
                    let isKept = site.holds(String(line), under: "\(site.state)/\(part)")
                    #expect(!isKept, "\(form.name) is kept in \(part): \(line)")
                }
            }
        }
        // Wrapped at 76 characters, the secret begins in the first line and ends in the second.
        let wrapped = Data((String(repeating: "x", count: 50) + Self.value).utf8).base64EncodedString()
        #expect(!told.contains(wrapped.dropFirst(76)), "the second line of a wrapped secret")
        #expect(!told.contains(wrapped.prefix(76).suffix(8)), "the end of its first line")
        let stored = try site.query("SELECT group_concat(message, ' ') FROM annotations")
        #expect(stored.contains("***"))
        #expect(try site.query("SELECT markdown FROM summaries").contains("***"))
        #expect(try site.query("SELECT markdown FROM reports").contains("***"))
    }

    @Test("J1: a secret that an expression puts into the name of a step is masked there too")
    func aSecretInTheNameOfAStepIsMasked() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: 'deploy with ${{ secrets.SEC }}', run: echo a }
                - run: 'echo ${{ secrets.SEC }}'
                - { name: 'aside ${{ secrets.SEC }}', background: true, run: echo b }
                - { name: 'skipped ${{ secrets.SEC }}', if: false, run: echo c }
                - { name: 'late ${{ secrets.SEC }}', run: sleep 70, timeout-minutes: '${{ fromJSON(secrets.SEC) }}', if: cancelled() }
                - { name: 'broken ${{ secrets.SEC }}', env: { X: "${{ fromJSON('{') }}" }, run: echo d }
                """
        )
        let value = "name-secret-0815"
        let done = try site.push("-s", "SEC=\(value)", in: repository)
        #expect(done.status == 1, "\(done.everything)")
        #expect(done.steps["deploy with ***"] == "success" && done.steps["Run echo ***"] == "success")
        #expect(done.steps["aside ***"] == "success" && done.steps["skipped ***"] == "skipped")
        let view = try site.flowrun("run", "view", in: repository)
        let logs = try site.flowrun("run", "logs", in: repository)
        #expect(!(done.everything + view.everything + logs.everything).contains(value), "\(view.output)")
        #expect(
            !site.holds(value, under: "\(site.state)/runs")
                && !site.holds(value, under: "\(site.state)/store")
        )
    }

    @Test("J3: a secret in pieces is masked at every cut")
    func aSecretInPiecesIsMaskedAtEveryCut() throws {
        let site = try Site()
        let secret = "cut-me-at-any-place-0815"
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - env: { S: '${{ secrets.SEC }}', O: '${{ secrets.OVER }}', L: '${{ secrets.LONGER }}' }
                        run: |
                          python3 -u - <<'PY'
                          import os, sys, time
                          s = os.environ['S'].encode()
                          for i in range(1, len(s)):
                              os.write(1, b'[' + s[:i]); time.sleep(.005); os.write(1, s[i:] + b']\\n')
                          for c in s: os.write(1, bytes([c])); time.sleep(.001)
                          os.write(1, b'\\n')
                          o = os.environ['O'].encode()
                          os.write(1, o[:2]); time.sleep(.005); os.write(1, o[:2]); time.sleep(.005); os.write(1, o[2:] + b'\\n')
                          os.write(1, os.environ['L'].encode() + b' longer\\n')
                          os.write(1, s[:9]); time.sleep(.005); os.write(2, s[9:] + b'\\n')
                          PY
                """
        )
        let done = try site.push(
            "-s",
            "SEC=\(secret)",
            "-s",
            "OVER=ababac",
            "-s",
            "LONGER=\(secret)-and-more",
            in: repository
        )
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.log.count { $0 == "[***]" } == secret.utf8.count - 1, "\(done.log)")
        #expect(done.log.contains("***") && done.log.contains("*** longer"), "\(done.log)")
        #expect(done.log.contains("ab***"), "\(done.log)")
        #expect(!done.output.contains(secret) && !site.holds(secret, under: site.state))
        #expect(!site.holds("-and-more", under: site.state))
    }

    @Test("J4: secrets of several lines and of JSON are masked part by part")
    func secretsOfSeveralLinesAndOfJSONAreMaskedPartByPart() throws {
        let site = try Site()
        let key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA75\nqGSIb3DQEBAQUAA4IB\n-----END KEY-----\n"
        let json =
            #"{"type": "service", "client": {"id": "client-0123456789", "note": "multi\nline-value-here"}}"#
        let repository = try site.repository(
            steps: """
                - env: { K: '${{ secrets.KEY }}', J: '${{ secrets.JSON }}' }
                  run: |
                    echo "$K"; echo "$K" | sed -n 2p; echo "$J"
                    python3 -c 'import json,os; j=json.loads(os.environ["J"]); print(json.dumps(j,indent=4)); print(j["client"]["id"]); print(j["client"]["note"])'
                """
        )
        let done = try site.push("-s", "KEY=\(key)", "-s", "JSON=\(json)", in: repository)
        #expect(done.status == 0, "\(done.everything)")
        for part in ["MIIEowIBAAKCAQEA75", "qGSIb3DQEBAQUAA4IB", "client-0123456789", "line-value-here"] {
            #expect(!done.output.contains(part) && !site.holds(part, under: site.state), "\(part)")
        }
    }

    @Test("J5: what is masked may be encoded, indented, of two lines, and printed in the same write")
    func encodedAndIndentedMasks() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: |
                    echo "::add-mask::half%25way-there"; echo "it is half%way-there"
                    echo "  ::add-mask::indented-value"; echo "and indented-value"
                    echo "::add-mask::first-of-two%0Asecond-of-two"; echo "has second-of-two"; echo "has first-of-two"
                    printf '::add-mask::in-one-write\\nsame in-one-write\\n'
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        for line in ["it is ***", "and ***", "same ***"] {
            #expect(done.log.contains(line), "\(line) in \(done.log)")
        }
        #expect(done.log.count { $0 == "has ***" } == 2, "\(done.log)")
    }

    @Test("J5: values that steps mask are masked from then on")
    func valuesThatStepsMaskAreMaskedFromThenOn() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: |
                    echo "::add-mask::made-in-a-step-1"
                    echo "it is made-in-a-step-1"
                    echo "  ::add-mask::  "; echo "::add-mask::"
                    echo "::add-mask::a"; echo "banana"
                    echo "x::add-mask::not-a-command"; echo "not-a-command"
                - run: echo "again made-in-a-step-1"
                - run: |
                    echo "::stop-commands::pause-here"; echo "::add-mask::stays-readable"; echo "stays-readable"
                    echo "::pause-here::"; echo "::add-mask::hidden-again"; echo "it is hidden-again"
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        for line in ["it is ***", "again ***", "banana", "not-a-command", "stays-readable"] {
            #expect(done.log.contains(line), "\(line) in \(done.log)")
        }
        #expect(!site.holds("made-in-a-step-1", under: "\(site.state)/runs/1/1.log"))
        #expect(!done.log.contains { $0.contains("hidden-again") })
    }

    @Test("J6: commands are stopped by a token that is none, and masks are text meanwhile")
    func commandsAreStoppedByATokenThatIsNone() throws {
        let site = try Site()
        let refused = ["", "pause-logging", "add-mask", "Stop-Commands"]
        let steps = refused.enumerated().map { number, token in
            """
            - id: s\(number)
              continue-on-error: true
              run: |
                echo "::stop-commands::\(token)"; echo "::add-mask::go-on-\(number)"; echo "\(number) is go-on-\(number)"
            - run: 'echo "\(number) ends as ${{ steps.s\(number).outcome }}"'

            """
        }
        let repository = try site.repository(
            steps: steps.joined() + """
                - run: |
                    echo "::stop-commands::tok-98765"; echo "::add-mask::plain-4711"; echo "it is plain-4711"
                    echo "::error::none"; echo "::pause-logging::"; echo "::endgroup::"; echo "::stop-commands::other"
                    echo "::tok-98765::"; echo "::add-mask::later-4711"; echo "then later-4711"; echo "::error::one"
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        for number in refused.indices {
            #expect(done.log.contains("\(number) is ***"), "commands go on: \(done.log)")
            #expect(done.log.contains("\(number) ends as failure"), "\(done.log)")
        }
        for line in [
            "it is plain-4711", "::error::none", "::pause-logging::", "::stop-commands::other", "then ***",
        ] {
            #expect(done.log.contains(line), "\(line) in \(done.log)")
        }
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(
            notes.count { $0.hasPrefix("You cannot use a endToken that is an empty string") } == refused.count
        )
        #expect(notes.contains("one") && !notes.contains("none"), "\(notes)")
    }

    @Test func outputsOfAJobThatHoldASecretAreDropped() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    outputs: { safe: '${{ steps.o.outputs.safe }}', leak: '${{ steps.o.outputs.leak }}', coded: '${{ steps.o.outputs.coded }}' }
                    steps:
                      - id: o
                        env: { S: '${{ secrets.SEC }}' }
                        run: |
                          echo "safe=fine" >> "$GITHUB_OUTPUT"; echo "leak=it is $S" >> "$GITHUB_OUTPUT"
                          echo "coded=$(printf %s "$S" | base64 -w0)" >> "$GITHUB_OUTPUT"
                  b:
                    needs: a
                    runs-on: ubuntu-latest
                    steps: [ { run: 'echo "[${{ needs.a.outputs.safe }}] [${{ needs.a.outputs.leak }}] [${{ needs.a.outputs.coded }}]"' } ]
                """
        )
        let done = try site.push("-s", "SEC=\(Self.value)", in: repository)
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.log.contains("[fine] [] []"), "\(done.log)")
        let job = try site.run(in: repository)["jobs"][0]
        #expect(job["outputs"].keys == ["safe"])
        let notes = job["annotations"].list.map { $0["message"].text }
        #expect(notes.contains("Skip output 'leak' since it may contain secret."), "\(notes)")
        #expect(!site.holds("z-4711", under: "\(site.state)/runs"))
    }

    @Test func aSecretThatNobodySetIsEmpty() throws {
        let site = try Site()
        let repository = try site.repository(
            steps:
                "- run: 'echo \"[${{ secrets.NOBODY_SET_IT }}]\"; test -z \"${{ secrets.NOBODY_SET_IT }}\"'"
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("[]"), "\(done.everything)")
    }

    @Test("J7: no secret is in the arguments of any process")
    func noSecretIsInTheArgumentsOfAnyProcess() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - env: { S: '${{ secrets.SEC }}' }
                  run: 'echo up; until test -e "$GO"; do sleep 0.02; done'
                """
        )
        let secret = "not-in-argv-\(UUID().uuidString)"
        let go = "\(site.folder)/go"
        #expect(try site.flowrun("secret", "set", "SEC", in: repository, input: secret).status == 0)
        let running = try site.start(
            ["trigger", "push", "--format", "json", "--env", "GO=\(go)"],
            in: repository
        )
        try running.waitFor("\"line\":\"up\"")
        for pid in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int32(pid) != nil {
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            #expect(line.range(of: Data(secret.utf8)) == nil)
        }
        try site.write(["go": ""], to: site.folder)
        #expect(try running.wait(seconds: 30).status == 0)
    }
}
