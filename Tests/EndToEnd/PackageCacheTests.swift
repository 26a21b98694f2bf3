import Foundation
import Testing

/// The input `cache` of the setup actions, with package managers that look like the real ones.
struct PackageCacheTests {
    private func write(_ site: Site, _ program: String, _ script: String) throws {
        try site.write([program: "#!/bin/sh\n\(script)\n"], to: site.folder)
        let path = "\(site.folder)/\(program)"
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private func makePython(_ site: Site) throws {
        site.environment["PYENV_ROOT"] = "\(site.folder)/pyenv"
        try write(
            site,
            "pyenv/versions/9.1.2/bin/python3",
            """
            case "$1 $2" in
            '-c '*) echo 9.1.2 0 ;;
            '-m pip') [ "$3 $4" = 'cache dir' ] && echo 'WARNING: an old pip' >&2 && echo "${PIP_CACHE_DIR:-$HOME/.cache/pip}" ;;
            '-m venv') mkdir -p "$3/bin" "$3/lib/python3/site-packages" && cp "$0" "$3/bin/python" ;;
            esac
            """
        )
    }

    private func makeNode(_ site: Site, _ manager: String, _ script: String) throws {
        let folder = "home/.nvm/versions/node/v98.1.0/bin"
        try write(site, "\(folder)/node", "echo v98.1.0")
        try write(site, "\(folder)/\(manager)", script)
    }

    /// Steps that tell what the cache holds and put something into it.
    private func use(_ folder: String) -> String {
        """
        - run: |
            echo "hit '${{ steps.it.outputs.cache-hit }}' $(cat \(folder)/kept 2>/dev/null || echo nothing)"
            mkdir -p \(folder) && echo downloaded > \(folder)/kept
        """
    }

    private func repository(_ site: Site, _ steps: String, _ files: [String: String]) throws -> String {
        let repository = try site.repository(steps: "- uses: actions/checkout@v5\n" + steps)
        try site.write(files, to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "files", in: repository)
        return repository
    }

    private func hits(_ site: Site, _ repository: String, _ count: Int) throws -> [String] {
        try (0..<count).flatMap { _ in
            let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
            #expect(done.status == 0, "\(done.log)")
            return done.log.filter { $0.hasPrefix("hit ") }
        }
    }

    @Test(arguments: ["${{ github.workspace }}/.pip", "${{ runner.temp }}/pip"])
    func whatPipKeepsInTheJobsFoldersIsRestoredAndSaved(_ folder: String) throws {
        let site = try Site()
        try makePython(site)
        let steps = """
            - run: echo "PIP_CACHE_DIR=\(folder)" >> "$GITHUB_ENV"
            - { id: it, uses: actions/setup-python@v6, with: { python-version: '9.1', cache: pip } }
            \(use("$PIP_CACHE_DIR"))
            """
        let repository = try repository(site, steps, ["requirements.txt": "a==1\n"])
        #expect(try hits(site, repository, 2) == ["hit 'false' nothing", "hit 'true' downloaded"])
        // Other files, the same Python: what there is does, but is not what was asked for.
        try site.write(["requirements.txt": "a==2\n"], to: repository)
        try site.git("commit", "-q", "-a", "-m", "newer", in: repository)
        #expect(try hits(site, repository, 2) == ["hit 'false' downloaded", "hit 'true' downloaded"])
        let keys = try site.flowrun("cache", "list", in: repository).output
        #expect(keys.contains("-python-9.1.2-pip-"), "\(keys)")
    }

    @Test func whatPipKeepsInTheUsersHomeStaysTheUsers() throws {
        let site = try Site()
        try makePython(site)
        site.environment["PIP_CACHE_DIR"] = nil
        let steps = """
            - { id: it, uses: actions/setup-python@v6, with: { python-version: '9.1', cache: pip, cache-dependency-path: no.txt } }
            - { id: none, uses: actions/setup-python@v6, with: { python-version: '9.1' } }
            - run: echo "hit '${{ steps.it.outputs.cache-hit }}' '${{ steps.none.outputs.cache-hit }}'"
            """
        let repository = try repository(site, steps, ["pyproject.toml": "[project]\n"])
        #expect(try hits(site, repository, 2) == ["hit 'false' ''", "hit 'false' ''"])
        #expect(try !site.flowrun("cache", "list", in: repository).output.contains("pip"))
    }

    @Test func environmentsOfPoetryInTheProjectAreRestored() throws {
        let site = try Site()
        try makePython(site)
        try write(
            site,
            "bin/poetry",
            """
            echo 'cache-dir = "'$HOME/.cache/pypoetry'"'
            echo 'virtualenvs.in-project = true'
            echo 'virtualenvs.path = "{cache-dir}/virtualenvs"  # '$HOME/.cache/pypoetry/virtualenvs
            """
        )
        site.environment["PATH"] = "\(site.folder)/bin:\(site.environment["PATH"] ?? "")"
        let steps = """
            - { id: it, uses: actions/setup-python@v6, with: { python-version: '9.1', cache: poetry } }
            \(use("app/.venv"))
            """
        let repository = try repository(site, steps, ["app/poetry.lock": "lock\n"])
        #expect(try hits(site, repository, 2) == ["hit 'false' nothing", "hit 'true' downloaded"])
    }

    @Test(
        arguments: [
            ("npm", "package-lock.json", #"[ "$*" = 'config get cache' ] && echo "$PWD/.packages""#),
            ("pnpm", "pnpm-lock.yaml", #"[ "$*" = 'store path --silent' ] && echo "$PWD/.packages""#),
            (
                "yarn", "yarn.lock",
                #"case "$*" in --version) echo 1.22.1 ;; 'cache dir') echo "$PWD/.packages" ;; esac"#
            ),
            (
                "yarn", "yarn.lock",
                #"case "$*" in --version) echo 4.1.0 ;; *cacheFolder) echo .packages ;; esac"#
            ),
        ]
    )
    func whatNodesManagersKeepInTheWorkspaceIsRestored(
        _ manager: String,
        _ lock: String,
        _ script: String
    ) throws {
        let site = try Site()
        try makeNode(site, manager, script)
        let steps = """
            - { id: it, uses: actions/setup-node@v6, with: { node-version: 98, cache: \(manager) } }
            - run: test '${{ steps.it.outputs.cache-hit }}' = false || test '${{ steps.it.outputs.cache-matched-key }}' = '${{ steps.it.outputs.cache-primary-key }}'
            \(use(".packages"))
            """
        let repository = try repository(site, steps, [lock: "lock\n"])
        #expect(try hits(site, repository, 2) == ["hit 'false' nothing", "hit 'true' downloaded"])
    }

    @Test func anOlderCacheDoesWhereYarnCleansUp() throws {
        let site = try Site()
        let script = """
            case "$*" in --version) echo 3.1.0 ;; *cacheFolder) echo .yarn/cache ;; *enableGlobalCache) echo false ;; esac
            """
        try makeNode(site, "yarn", script)
        let steps = """
            - { id: it, uses: actions/setup-node@v6, with: { node-version: 98, cache: yarn } }
            \(use(".yarn/cache"))
            """
        let repository = try repository(site, steps, ["yarn.lock": "one\n"])
        #expect(try hits(site, repository, 1) == ["hit 'false' nothing"])
        try site.write(["yarn.lock": "two\n"], to: repository)
        try site.git("commit", "-q", "-a", "-m", "newer", in: repository)
        // As the action has it, any cache that was brought back is a hit.
        #expect(try hits(site, repository, 1) == ["hit 'true' downloaded"])
    }
}
