import Foundation
import Testing

/// `actions/upload-artifact`, its `merge`, and `actions/download-artifact`, served by flowrun itself.
struct ArtifactActionTests {
    private let site: Site

    init() throws { site = try Site() }

    private func push(_ steps: String) throws -> SiteResult {
        let repository = try site.repository(steps: steps)
        return try site.start(["trigger", "push", "--format", "json"], in: repository).wait(seconds: 120)
    }

    private let made = """
        - run: |
            mkdir -p out/a out/.hidden
            echo one > out/a/1.txt; echo two > out/2.txt; echo no > out/.hidden/x; echo no > out/.env
            ln -s 2.txt out/link; ln -s nowhere out/broken
        - { uses: actions/upload-artifact@v4, id: up, with: { name: stuff, path: out } }

        """

    @Test func filesGoFromOneJobToAnother() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  make:
                    runs-on: ubuntu-latest
                    outputs: { id: '${{ steps.up.outputs.artifact-id }}' }
                    steps:
                \(made.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
                      - { uses: actions/upload-artifact@v4, with: { name: single, path: out/a/1.txt } }
                      - { uses: actions/upload-artifact@v4, with: { path: "out/a\\nout/2.txt\\n!out/a/none" } }
                      - { uses: actions/upload-artifact@v4, with: { path: out/2.txt, archive: false } }
                  get:
                    needs: make
                    runs-on: ubuntu-latest
                    steps:
                      - { uses: actions/download-artifact@v4, id: d, with: { name: stuff, path: here } }
                      - run: cd here && find . -type f | sort | tr '\\n' ' ' && cat link
                      - { uses: actions/download-artifact@v4, with: { pattern: '{sing,art}*', path: all } }
                      - run: cd all && find . -type f | sort | tr '\\n' ' '
                      - { uses: actions/download-artifact@v4, with: { path: one, merge-multiple: true } }
                      - run: cd one && find . -type f | sort | tr '\\n' ' '
                      - { uses: actions/download-artifact@v5, with: { artifact-ids: '${{ needs.make.outputs.id }}', path: by-id } }
                      - { uses: actions/download-artifact@v4, with: { pattern: 'stuf*', path: older } }
                      - { uses: actions/download-artifact@v4.3.0, with: { artifact-ids: '${{ needs.make.outputs.id }}', path: older-id } }
                      - run: test -f older/stuff/a/1.txt && test -f older-id/stuff/a/1.txt
                      - run: test -f by-id/a/1.txt && test '${{ steps.d.outputs.download-path }}' = "$PWD/here"
                      - { uses: actions/upload-artifact/merge@v4, with: { name: all, pattern: 's*', delete-merged: true } }
                      - { uses: actions/download-artifact@v4, with: { name: all, path: merged } }
                      - run: cd merged && find . -type f | sort | tr '\\n' ' '
                      - { uses: actions/download-artifact@v4, with: { name: single } }
                """
        )
        let result = try site.start(["trigger", "push", "--format", "json"], in: repository).wait(
            seconds: 120
        )
        #expect(result.status == 1, "what was merged is gone: \(result.everything)")
        let log = result.log
        for line in [
            "With the provided path, there will be 3 files uploaded", "./2.txt ./a/1.txt ./link two",
            "./artifact/2.txt ./artifact/a/1.txt ./single/1.txt", "./1.txt ./2.txt ./a/1.txt ./link",
            "actions/upload-artifact/merge@v4 is served by flowrun's own implementation",
            "Total of 4 artifact(s) downloaded",
        ] { #expect(log.contains { $0.contains(line) }, "\(line) in \(log)") }
        #expect(log.contains { $0.contains("Artifact not found for name: single") }, "\(log)")
        let list = try site.flowrun("artifact", "list", in: repository).output
        #expect(list.contains("all") && list.contains("2.txt") && !list.contains("single"), "\(list)")
        #expect(site.files(in: "blobs/incoming").isEmpty)
    }

    @Test func nothingFoundWarnsFailsOrIsSilent() throws {
        let result = try push(
            """
            - { uses: actions/upload-artifact@v4, with: { path: none } }
            - { uses: actions/upload-artifact@v4, with: { path: none, if-no-files-found: ignore } }
            - { uses: actions/upload-artifact@v4, with: { path: none, if-no-files-found: error }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: none, if-no-files-found: what }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: w.yml, nmae: x }, continue-on-error: true }
            - run: echo x > f
            - { uses: actions/upload-artifact@v4, with: { path: f, name: 'a/b' }, continue-on-error: true }
            - run: mkdir colon && echo x > 'colon/a:b'
            - { uses: actions/upload-artifact@v4, with: { path: colon, name: c }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: f, name: twice } }
            - { uses: actions/upload-artifact@v4, with: { path: f, name: twice }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: f, name: twice, overwrite: true, retention-days: 1 } }
            - { uses: actions/upload-artifact@v4, with: { path: f, compression-level: 12 } }
            """
        )
        #expect(result.status == 1, "\(result.everything)")
        let log = result.log.joined(separator: "\n")
        let none = "No files were found with the provided path: none. No artifacts will be uploaded."
        #expect(log.components(separatedBy: "##[warning]" + none).count == 2, "\(log)")
        #expect(log.components(separatedBy: "##[error]" + none).count == 2, "\(log)")
        for words in [
            "The path for one of the files in artifact is not valid: /a:b. Contains the following character: Colon :",
            "Unrecognized if-no-files-found input. Provided: what", "does not honour the input 'nmae'",
            "The artifact name is not valid: a/b. Contains the following character: Forward slash /",
            "(409) Conflict: an artifact with this name already exists",
            "Artifact ID is 2", "Invalid compression-level. Valid values are 0-9",
        ] { #expect(log.contains(words), "\(words) in \(log)") }
    }

    @Test("I6: what links lead to outside of the job is never uploaded")
    func whatLinksLeadToOutsideOfTheJobIsNeverUploaded() throws {
        try site.write(["secret": "the-content-outside"], to: site.folder)
        let result = try push(
            """
            - run: mkdir -p out/deep && ln -s \(site.folder)/secret out/deep/x && ln -s /proc/self/environ e && ln -s \(site.folder) d
            - { uses: actions/upload-artifact@v4, with: { path: out, name: a }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: e, name: b }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: d/secret, name: c }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: '\(site.folder)/secret', name: named } }
            """
        )
        #expect(result.status == 0, "\(result.everything)")
        let refused = result.log.filter { $0.contains("out of the job's folder: it is not uploaded") }
        #expect(refused.count == 3, "\(result.log)")
        let list = try site.flowrun("artifact", "list", in: "\(site.folder)/repo").output
        #expect(list.contains("named") && list.split(separator: "\n").count == 2, "\(list)")
    }

    @Test("I10: a swap of folders never lets content from elsewhere in")
    func aSwapOfFoldersNeverLetsContentFromElsewhereIn() throws {
        let result = try push(
            """
            - run: |
                mkdir -p out/real && for i in $(seq 400); do echo inside > out/real/hostname$i; done
                ln -s real out/d
                ( end=$((SECONDS+30)); while [ $SECONDS -lt $end ] && [ ! -e stop ]; do ln -sfn /etc out/d; ln -sfn real out/d; done ) &
            - { uses: actions/upload-artifact@v4, with: { path: out, name: a }, continue-on-error: true }
            - { uses: actions/upload-artifact@v4, with: { path: out/real, name: b } }
            - run: touch stop
            """
        )
        #expect(result.status == 0, "\(result.everything)")
        for name in ["a", "b"] {
            let got = try site.flowrun(
                "artifact",
                "download",
                name,
                "-D",
                "\(site.folder)/got-\(name)",
                in: "\(site.folder)/repo"
            )
            // The one with the link in it may have been refused as a whole.
            #expect(got.status == 0 || name == "a", "\(got.everything)")
            guard got.status == 0 else { continue }
            let files = FileManager.default.enumerator(atPath: "\(site.folder)/got-\(name)")
            for case let file as String in try #require(files) where file.contains("hostname") {
                #expect(try site.text(of: "\(site.folder)/got-\(name)/\(file)") == "inside\n")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/got-\(name)/d/passwd"))
        }
    }

    @Test func anArtifactOfAnotherRunIsHadByItsId() throws {
        let repository = try site.repository(
            workflow: """
                on: { workflow_dispatch: { inputs: { from: {} } } }
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    steps:
                      - { if: "!inputs.from", run: echo first > f }
                      - { if: "!inputs.from", uses: actions/upload-artifact@v4, with: { path: f } }
                      - if: inputs.from
                        uses: actions/download-artifact@v4
                        with: { name: artifact, run-id: '${{ inputs.from }}', github-token: '${{ github.token }}' }
                      - { if: inputs.from, run: cat f }
                """
        )
        #expect(try site.flowrun("dispatch", "ci", in: repository).status == 0)
        let second = try site.flowrun("dispatch", "ci", "-f", "from=1", "--format", "json", in: repository)
        #expect(second.status == 0 && second.log.contains("first"), "\(second.everything)")
        let wrong = try site.flowrun("dispatch", "ci", "-f", "from=77", "--format", "json", in: repository)
        #expect(wrong.status == 1 && wrong.log.contains { $0.contains("no run '77'") }, "\(wrong.everything)")
    }

    @Test func theNextAttemptHasWhatTheOneBeforeKept() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  make:
                    runs-on: ubuntu-latest
                    steps: [ { run: echo kept > f }, { uses: actions/upload-artifact@v4, with: { path: f } } ]
                  use:
                    needs: make
                    runs-on: ubuntu-latest
                    steps: [ { uses: actions/download-artifact@v5 }, { run: 'cat f; test ${{ github.run_attempt }} = 2' } ]
                """
        )
        #expect(try site.push(in: repository).status == 1)
        let again = try site.flowrun("run", "rerun", "--failed", "--format", "json", in: repository)
        #expect(again.status == 0 && again.log.contains("kept"), "\(again.everything)")
    }

    @Test func ofSeveralWithOneNameOneIsKeptWhole() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    strategy: { fail-fast: false, matrix: { n: [1, 2, 3, 4, 5, 6] } }
                    steps:
                      - run: mkdir d && for i in $(seq 50); do head -c 20000 /dev/zero | tr '\\0' ${{ matrix.n }} > d/$i; done
                      - { uses: actions/upload-artifact@v4, continue-on-error: true, with: { name: same, path: d, compression-level: 0 } }
                      - { uses: actions/cache/save@v4, with: { path: d, key: same } }
                """
        )
        let result = try site.start(
            ["trigger", "push", "--format", "json", "--max-parallel", "6"],
            in: repository
        ).wait(seconds: 120)
        #expect(result.status == 0, "\(result.everything)")
        let log = result.log
        #expect(log.count { $0.contains("has been successfully uploaded") } == 1, "\(log)")
        #expect(log.count { $0.contains("(409) Conflict") } == 5, "\(log)")
        #expect(log.count { $0 == "Cache saved with key: same" } == 1, "\(log)")
        #expect(log.count { $0.contains("Unable to reserve cache with key same") } == 5, "\(log)")
        let got = try site.flowrun(
            "artifact",
            "download",
            "same",
            "-D",
            "\(site.folder)/got",
            in: repository
        )
        #expect(got.status == 0, "\(got.everything)")
        var seen: Set<Character> = []
        for number in 1...50 { seen.formUnion(try site.text(of: "\(site.folder)/got/\(number)")) }
        #expect(seen.count == 1, "of one job alone: \(seen)")
        #expect(site.files(in: "blobs/incoming").isEmpty)
    }
}
