import Foundation
import Testing

/// What shells offer, by the scripts that `flowrun completion` prints.
struct CompletionTests {
    private let workflow = """
        name: Deploy all of it
        on:
          push:
          workflow_dispatch:
            inputs:
              place: { type: choice, options: [staging, production, us east] }
              dry-run: { type: boolean }
              note: {}
        jobs:
          build: { runs-on: x, steps: [ { run: 'echo ${{ secrets.TOKEN }} ${{ vars.REGION }}' } ] }
          test: { runs-on: x, steps: [ { run: echo } ] }
        """

    /// A repository with a workflow, one whose names would be commands to a shell, and one that is broken; the folder
    /// `test` has the name of a job.
    private func place() throws -> (site: Site, repository: String) {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/deploy_all.yml": workflow,
            ".github/workflows/$(touch owned).yml":
                "name: $(touch owned)\non: push\njobs: { nightly: { runs-on: x, steps: [ { run: e } ] } }\n",
            ".github/workflows/broken.yml": "name: 'Half'\non: [push\n",
            "test/x": "",
        ])
        try FileManager.default.createDirectory(
            atPath: "\(site.folder)/bin",
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(site.folder)/bin/flowrun",
            withDestinationPath: Site.binary
        )
        site.environment["PATH"] = "\(site.folder)/bin:\(site.environment["PATH"] ?? "")"
        return (site, repository)
    }

    private static let offers: [(line: String, words: [String])] = [
        ("flowrun dispa", ["dispatch"]),
        ("flowrun dispatch ", ["broken", "deploy_all", "Half", "Deploy all of it"]),
        ("flowrun dispatch deploy_", ["deploy_all"]),
        ("flowrun dispatch deploy_all -f ", ["place=", "dry-run=", "note="]),
        ("flowrun dispatch 'Deploy all of it' -f no", ["note="]),
        ("flowrun dispatch --worktree --ref main deploy_all -j ", ["build", "test"]),
        ("flowrun dispatch deploy_all --job te", ["test"]),
        ("flowrun dispatch deploy_all -s ", ["TOKEN"]),
        ("flowrun dispatch broken -j ", []),
        ("flowrun dispatch nothing -f ", []),
        ("flowrun trigger push -j ", ["nightly", "build", "test"]),
        ("flowrun trigger workflow_r", ["workflow_run"]),
        ("flowrun why workflow_d", ["workflow_dispatch"]),
        ("flowrun why workflow_dispatch deploy_", ["deploy_all"]),
        ("flowrun why workflow_dispatch deploy_all -f pl", ["place="]),
        ("flowrun why push -j ni", ["nightly"]),
        ("flowrun run logs --job nig", ["nightly"]),
        ("flowrun workflow view deploy_", ["deploy_all"]),
        ("flowrun workflow graph bro", ["broken"]),
        ("flowrun variable set R", ["REGION"]),
        ("flowrun lint --rules template-", ["template-injection"]),
        ("flowrun lint --rules artipacked,template-", ["artipacked,template-injection"]),
        ("flowrun completion z", ["zsh"]),
    ]

    /// Calls a completion function as bash's line editor does, which breaks words at `=` too.
    private let driver = #"""
        source <(flowrun completion bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=()
        rest=$1
        while [[ -n $rest ]]; do
            if [[ $rest =~ ^[[:blank:]]+ ]]; then
                rest=${rest:${#BASH_REMATCH[0]}}
                [[ -n $rest ]] || COMP_WORDS+=('')
            elif [[ $rest =~ ^=+ ]] || [[ $rest =~ ^\'[^\']*\' ]] || [[ $rest =~ ^([^[:blank:]=\\]|\\.)+ ]]; then
                COMP_WORDS+=("${BASH_REMATCH[0]}")
                rest=${rest:${#BASH_REMATCH[0]}}
            fi
        done
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        cur=${COMP_WORDS[COMP_CWORD]}
        [[ $cur = = ]] && cur=
        [[ $(complete -p flowrun) =~ -F\ ([a-z_]+) ]]
        "${BASH_REMATCH[1]}" flowrun "$cur" "${COMP_WORDS[COMP_CWORD - 1]}"
        ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
        """#

    private func inBash(_ line: String, _ site: Site, in folder: String) throws -> [String] {
        let done = try SiteProcess(
            "/usr/bin/env",
            ["bash", "--norc", "-c", driver, "bash", line],
            in: folder,
            environment: site.environment
        ).wait()
        #expect(done.errors.isEmpty, "\(line): \(done.errors)")
        return done.output.split(separator: "\n").map(String.init)
    }

    @Test func bashOffersWhatTheRepositoryHas() throws {
        let (site, repository) = try place()
        let quoted = ["Deploy all of it": "Deploy\\ all\\ of\\ it"]
        for (line, words) in Self.offers {
            #expect(try inBash(line, site, in: repository) == words.map { quoted[$0] ?? $0 }, "\(line)")
        }
        #expect(!site.exists("\(repository)/owned"))
    }

    @Test func bashIsAnsweredWithWhatItsWordLacks() throws {
        let (site, repository) = try place()
        for (line, words) in [
            ("flowrun dispatch deploy_all -f place=", ["staging", "production", "us\\ east"]),
            ("flowrun dispatch deploy_all -f place=st", ["staging"]),
            ("flowrun dispatch deploy_all -f dry-run=", ["true", "false"]),
            ("flowrun dispatch deploy_all -f note=", []),
            ("flowrun dispatch Deploy\\ al", ["Deploy\\ all\\ of\\ it"]),
        ] {
            #expect(try inBash(line, site, in: repository) == words, "\(line)")
        }
    }

    @Test func whereThereIsNoRepositoryNothingIsSaid() throws {
        let (site, _) = try place()
        for line in [
            "flowrun dispatch ", "flowrun dispatch x -f ", "flowrun trigger push -j ", "flowrun run view ",
            "flowrun secret delete ", "flowrun workflow view ", "flowrun dispatch x -s ",
        ] {
            #expect(try inBash(line, site, in: site.folder).isEmpty, "\(line)")
        }
        #expect(!site.exists(site.state))
    }

    @Test func namesOfWhatIsStoredAreOffered() throws {
        let (site, repository) = try place()
        try site.flowrun("secret", "set", "LOCKED", in: repository, input: "7913-value\n")
        try site.flowrun("variable", "set", "PLACE", "here", in: repository)
        #expect(try inBash("flowrun secret delete ", site, in: repository) == ["LOCKED"])
        #expect(try inBash("flowrun dispatch deploy_all -s ", site, in: repository) == ["LOCKED", "TOKEN"])
        #expect(try inBash("flowrun variable get P", site, in: repository) == ["PLACE"])
        #expect(try inBash("flowrun secret delete --global ", site, in: repository).isEmpty)
    }

    private static func has(_ shell: String) -> Bool {
        ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
        }
    }

    @Test(.enabled(if: has("fish"), "fish is not installed"))
    func fishOffersWhatTheRepositoryHas() throws {
        let (site, repository) = try place()
        let more = [
            ("flowrun dispatch deploy_all -f place=s", ["place=staging"]),
            ("flowrun dispatch deploy_all -f dry-run=", ["dry-run=true", "dry-run=false"]),
        ]
        for (line, words) in Self.offers + more {
            let done = try SiteProcess(
                "/usr/bin/env",
                [
                    "fish", "--no-config", "-c",
                    "flowrun completion fish | source; flowrun completion fish | source; complete -C $argv[1]",
                    "--", line,
                ],
                in: repository,
                environment: site.environment
            ).wait()
            // A description may stand behind a word, after a tab.
            let offered = done.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
            #expect(offered == words && done.errors.isEmpty, "\(line): \(done.everything)")
        }
    }

    /// Types into zsh, waits for what must then stand on its line, and clears that.
    private let typist = #"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'stty columns 200; autoload -Uz compinit && compinit -D; source <(flowrun completion zsh); print READY'$((1))
        zpty -r shell seen '*READY1*' || exit 1
        while (( $# )); do
            zpty -w -n shell "$1"$'\t'
            zpty -r shell seen "*$2*" || exit 1
            print -r -- "$2"
            zpty -w -n shell $'\x15'
            shift 2
        done
        """#

    @Test(.enabled(if: has("zsh"), "zsh is not installed"))
    func zshCompletesWhatTheRepositoryHas() throws {
        let (site, repository) = try place()
        let typed = [
            ("flowrun dispatch deploy_", "flowrun dispatch deploy_all"),
            ("flowrun dispatch Dep", #"flowrun dispatch Deploy\ all\ of\ it"#),
            ("flowrun dispatch deploy_all -f pl", "flowrun dispatch deploy_all -f place="),
            ("flowrun dispatch deploy_all -f place=st", "flowrun dispatch deploy_all -f place=staging"),
            ("flowrun dispatch deploy_all --job te", "flowrun dispatch deploy_all --job test"),
            ("flowrun trigger push -j nig", "flowrun trigger push -j nightly"),
            ("flowrun lint --rules artipacked,templ", "flowrun lint --rules artipacked,template-injection"),
        ]
        // In the pattern that is waited for, a backslash stands for itself.
        let words = typed.flatMap { [$0, $1.replacing("\\", with: "\\\\")] }
        let done = try SiteProcess(
            "/usr/bin/env",
            ["timeout", "60", "zsh", "-f", "-c", typist, "zsh"] + words,
            in: repository,
            environment: site.environment
        ).wait()
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.output.split(separator: "\n").count == typed.count, "\(done.everything)")
    }
}
