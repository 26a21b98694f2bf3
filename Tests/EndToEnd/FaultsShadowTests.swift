import Foundation
import Testing

/// What stands in the way of flowrun's own calls: programs of a step in front of those, and a remote that dies.
struct FaultsShadowTests {
    @Test("K10: programs that a step puts first on GITHUB_PATH are called by steps alone")
    func shadowedProgramsAreCalledByStepsAlone() throws {
        let site = try Site()
        let canary = "\(site.folder)/CALLED"
        let names = "git git-lfs dvc podman docker tar zstd gzip sh env"
        let repository = try site.repository(
            steps: """
                - name: Shadows
                  run: |
                    mkdir -p "$RUNNER_TEMP/first"
                    for name in \(names); do
                      printf '#!/bin/bash\\necho "'$name' $*" >> \(canary)\\n' > "$RUNNER_TEMP/first/$name"
                      chmod +x "$RUNNER_TEMP/first/$name"
                    done
                    echo "$RUNNER_TEMP/first" >> "$GITHUB_PATH"
                - { uses: actions/checkout@v4, with: { fetch-depth: 0 } }
                - { uses: actions/checkout@v4, with: { path: large, lfs: true }, continue-on-error: true }
                - { uses: actions/cache@v4, with: { path: kept, key: k } }
                - run: mkdir kept && echo x > kept/file
                - { uses: actions/upload-artifact@v4, with: { name: a, path: kept } }
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        #expect(!FileManager.default.fileExists(atPath: canary), "\((try? site.text(of: canary)) ?? "")")
        try FileManager.default.removeItem(atPath: "\(repository)/.github")
        try site.write(
            [
                ".github/workflows/w.yml": """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          mkdir "$RUNNER_TEMP/first"
                          printf '#!/bin/bash\\necho own "$@"\\n' > "$RUNNER_TEMP/first/git"
                          chmod +x "$RUNNER_TEMP/first/git"; echo "$RUNNER_TEMP/first" >> "$GITHUB_PATH"
                      - run: git status

                """
            ],
            to: repository
        )
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "second", in: repository)
        #expect(try site.push(in: repository).log.contains("own status"))
    }

    @Test("G2: a remote that dies in the middle of a clone is asked three times, and nothing broken is left")
    func aRemoteThatDiesInMidClone() throws {
        let site = try Site()
        let action = "runs: { using: composite, steps: [{ run: echo from the action, shell: bash }] }\n"
        _ = try site.repository(["action.yml": action], named: "mirror/acme/says")
        try site.git("tag", "v1", in: "\(site.folder)/mirror/acme/says")
        let repository = try site.repository(steps: "- uses: acme/says@v1")
        let dying = try GitServer(site, folder: "\(site.folder)/mirror", cutsPacks: true)
        let start = ContinuousClock.now
        let done = try site.push("--actions-source", dying.source, in: repository)
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(done.status == 1, "\(done.everything)")
        #expect(done.everything.contains("acme/says"), "\(done.everything)")
        let packs = dying.process.outputSoFar.split(separator: "\n").filter {
            $0.hasSuffix("/git-upload-pack")
        }
        #expect(packs.count == 3, "\(packs)")
        // What the name stands for is known by then; of the files there is nothing.
        let left = site.files(in: "cache/actions").filter { !$0.hasPrefix("refs/") }
        #expect(left.isEmpty, "\(left)")
        // Nothing stands in the way of the next one.
        let living = try GitServer(site, folder: "\(site.folder)/mirror")
        let next = try site.push("--actions-source", living.source, in: repository)
        #expect(next.status == 0 && next.log.contains("from the action"), "\(next.everything)")
    }
}
