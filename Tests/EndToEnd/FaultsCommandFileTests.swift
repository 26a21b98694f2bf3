import Foundation
import Testing

/// What steps may write into their command files, and what they may put in the place of them.
struct FaultsCommandFileTests {
    @Test("K2: reserved names are ignored with a warning")
    func reservedNamesAreIgnoredWithAWarning() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: |
                    for name in GITHUB_SHA github_ref RUNNER_TEMP FLOWRUN_HOME RUNNER_TRACKING_ID; do
                      echo "$name=spoiled" >> "$GITHUB_ENV"
                    done
                    echo "FINE=yes" >> "$GITHUB_ENV"
                - run: echo "[$FINE] [$GITHUB_SHA] [$RUNNER_TEMP] [$FLOWRUN_HOME]"; env
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        let sha = try site.git("rev-parse", "HEAD", in: repository)
        #expect(done.log.contains { $0.hasPrefix("[yes] [\(sha)] [\(site.state)") }, "\(done.log)")
        #expect(!done.log.contains { $0.hasSuffix("=spoiled") })
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list
        for name in ["GITHUB_SHA", "github_ref", "RUNNER_TEMP", "FLOWRUN_HOME", "RUNNER_TRACKING_ID"] {
            #expect(
                notes.contains { $0["level"].text == "warning" && $0["message"].text.contains("`\(name)`") },
                "\(name)"
            )
        }
    }

    @Test("K2: NODE_OPTIONS is refused")
    func nodeOptionsAreRefused() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: echo 'NODE_OPTIONS=--inspect' >> \"$GITHUB_ENV\"\n- run: echo \"[$NODE_OPTIONS]\""
        )
        let done = try site.push(in: repository)
        #expect(done.log.contains("[]"))
        #expect(done.log.contains { $0.contains("Can't store NODE_OPTIONS") })
    }

    @Test(arguments: [
        ("GITHUB_ENV", "'GOOD=1\\nX<<EOF\\nnever closed\\n'", "Matching delimiter not found 'EOF'"),
        ("GITHUB_OUTPUT", "'good=1\\nno equals sign\\n'", "Invalid format 'no equals sign'"),
        ("GITHUB_ENV", "'GOOD=1\\n<<EOF\\nEOF\\n'", "Name must not be empty and delimiter must not be empty"),
        ("GITHUB_ENV", "'GOOD=1\\n=x\\n'", "Value cannot be null. (Parameter 'name')"),
    ])
    func aMalformedFileFailsItsStepAndGivesWhatStandsBefore(
        _ file: String,
        _ text: String,
        _ why: String
    ) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { id: bad, name: Bad, run: "printf \(text) >> \\"$\(file)\\"" }
                - { if: always(), run: 'echo "[$GOOD] [${{ steps.bad.outputs.good }}]"' }
                """.replacing("\\n", with: "\\\\n")
        )
        let done = try site.push(in: repository)
        #expect(done.status == 1 && done.steps["Bad"] == "failure", "\(done.everything)")
        let given = file == "GITHUB_ENV" ? "[1] []" : "[] [1]"
        #expect(
            done.log.contains(given),
            "what stands before the fault counts, as in GitHub's runner: \(done.log)"
        )
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(notes.contains { $0.contains(why) }, "\(notes)")
        #expect(notes.contains { $0.hasPrefix("Unable to process file command '") }, "\(notes)")
    }

    @Test("K4: the last line needs no line end")
    func theLastLineNeedsNoLineEnd() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: printf 'A=1\\nB=2' >> \"$GITHUB_ENV\"\n- run: echo \"[$A] [$B]\""
        )
        #expect(try site.push(in: repository).log.contains("[1] [2]"))
    }

    @Test("K3: a delimiter in a value cannot bring in another name")
    func aDelimiterInAValueCannotBringInAnotherName() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - id: o
                  env: { VALUE: "one\\nEOF\\nINJECTED=yes" }
                  run: |
                    { echo 'TEXT<<DELIMITER-0815'; printf '%s\\n' "$VALUE"; echo DELIMITER-0815; } >> "$GITHUB_ENV"
                - run: echo "[${INJECTED-unset}] [$(printf %s "$TEXT" | tr '\\n' '|')]"
                """
        )
        let done = try site.push(in: repository)
        #expect(done.log.contains("[unset] [one|EOF|INJECTED=yes]"), "\(done.log)")
    }

    @Test(arguments: [
        ("a link", "ln -s /etc/passwd \"$GITHUB_ENV\"", "symbolic link"),
        ("a pipe", "mkfifo \"$GITHUB_ENV\"", "not a regular file"),
        ("a folder", "mkdir \"$GITHUB_ENV\"", "not a regular file"),
        ("a huge file", "truncate -s 5G \"$GITHUB_ENV\"", "at most"),
    ])
    func whatReplacesACommandFileIsRefusedAtOnce(_ name: String, _ command: String, _ why: String) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - name: Bad
                  run: |
                    rm "$GITHUB_ENV"; \(command)
                - if: always()
                  run: echo "root is [$root]"
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 1 && done.steps["Bad"] == "failure", "\(done.everything)")
        #expect(done.log.contains("root is []"))
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list.map { $0["message"].text }
        #expect(notes.contains { $0.contains(why) }, "\(notes)")
        #expect(!done.output.contains("root:"), "nothing of the other file is told")
        #expect(site.leftovers().isEmpty)
    }

    @Test("K5: a command file that is gone is an empty one")
    func aCommandFileThatIsGoneIsAnEmptyOne() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: rm \"$GITHUB_ENV\" \"$GITHUB_OUTPUT\" \"$GITHUB_STEP_SUMMARY\"\n- run: echo fine"
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("fine"), "\(done.everything)")
    }

    @Test("C10: a summary past its limit is annotated and changes nothing else")
    func aSummaryPastItsLimitIsAnnotatedAndChangesNothingElse() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: head -c 5242880 /dev/zero | tr '\\0' x >> \"$GITHUB_STEP_SUMMARY\""
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        let notes = try site.run(in: repository)["jobs"][0]["annotations"].list
        #expect(notes.contains { $0["message"].text.contains("supports content up to a size of 1024k") })
        #expect(try site.query("SELECT count(*) FROM summaries") == "0")
    }
}
