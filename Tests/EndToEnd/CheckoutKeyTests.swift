import Foundation
import Testing

/// `actions/checkout` with a key for ssh, with an ssh that opens repositories of a folder to the right key alone.
struct CheckoutKeyTests {
    private let site: Site
    private var server: String { "\(site.folder)/server" }

    init() throws {
        site = try Site()
        let script = """
            #!/bin/sh
            echo "$@" >> '\(site.folder)/calls'
            [ "$(cat "$2")" = 'the key' ] || { echo 'Permission denied (publickey).' >&2; exit 255; }
            for last; do :; done
            cd '\(site.folder)/server' && exec sh -c "git ${last#git-}"

            """
        try site.write(["bin/ssh": script], to: site.folder)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(site.folder)/bin/ssh"
        )
        try FileManager.default.createDirectory(atPath: server, withIntermediateDirectories: true)
        site.environment["PATH"] = "\(site.folder)/bin:\(site.environment["PATH"] ?? "")"
    }

    private var calls: String { PlainText.of("\(site.folder)/calls") }

    private func run(_ repository: String) throws -> SiteResult {
        try site.flowrun("trigger", "push", "--format", "json", in: repository)
    }

    /// A bare repository of the server's with one commit.
    private func serve(_ name: String, _ files: [String: String]) throws {
        let made = try site.repository(files, named: "made-\(name)", message: "of \(name)")
        try site.git("tag", "v1", in: made)
        try site.git("clone", "-q", "--bare", made, "\(server)/o/\(name).git", in: site.folder)
    }

    @Test func anotherRepositoryIsFetchedWithTheKey() throws {
        try serve("other", ["theirs.txt": "theirs\n"])
        let repository = try site.repository(
            steps: """
                - id: it
                  uses: actions/checkout@v5
                  with: { repository: o/other, ssh-key: the key, ssh-user: ada, ssh-known-hosts: example.org ssh-rsa AAAA }
                - run: |
                    echo "has $(cat theirs.txt) ${{ steps.it.outputs.ref }} $(git log -1 --format=%s) $(git branch --show-current)"
                    echo "from $(git config remote.origin.url)"
                    git fetch -q origin 'refs/tags/*:refs/tags/*' && echo "tags $(git tag)"
                    hosts=$(ls "$RUNNER_TEMP"/*_known_hosts)
                    echo "known $(grep -c '^example.org ssh-rsa AAAA$' "$hosts") $(stat -c %a "${hosts%_known_hosts}")"
                - { uses: actions/checkout@v5, with: { repository: o/other, ref: v1, path: tag, ssh-key: the key, ssh-strict: false } }
                - run: echo "tag $(git -C tag log -1 --format=%s)"
                """
        )
        try site.git("remote", "add", "origin", "https://forge.example/o/r.git", in: repository)
        let done = try run(repository)
        #expect(done.status == 0, "\(done.log)")
        for line in [
            "has theirs refs/heads/main of other main", "from ada@forge.example:o/other.git", "tags v1",
            "known 1 600", "tag of other",
        ] { #expect(done.log.contains(line), "\(line) in \(done.log)") }
        #expect(done.log.contains { $0.hasPrefix("Removed the ssh key from ") }, "\(done.log)")
        let lines = calls.split(separator: "\n")
        #expect(
            lines.contains { $0.contains("StrictHostKeyChecking=yes") && $0.contains("ada@forge.example") }
        )
        #expect(lines.contains { !$0.contains("StrictHostKeyChecking") && $0.contains("git@forge.example") })
    }

    @Test func theRunsOwnRepositoryIsPushedToWithTheKey() throws {
        let repository = try site.repository(
            steps: """
                - { uses: actions/checkout@v5, with: { ssh-key: '${{ secrets.DEPLOY }}' } }
                - run: git push -q origin HEAD:refs/heads/made
                - { uses: actions/checkout@v5, with: { path: not, ssh-key: '${{ secrets.DEPLOY }}', persist-credentials: false } }
                - run: echo "left '$(git -C not config core.sshCommand)' $(ls "$RUNNER_TEMP"/*_known_hosts | wc -l)"
                - { uses: ad-m/github-push-action@v1, with: { branch: made, ssh: true }, continue-on-error: true }
                """
        )
        try site.git("clone", "-q", "--bare", repository, "\(server)/o/r.git", in: site.folder)
        try site.git("remote", "add", "origin", "https://forge.example/o/r.git", in: repository)
        try site.flowrun("secret", "set", "DEPLOY", in: repository, input: "the key")
        let done = try run(repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "--format=%s", "made", in: "\(server)/o/r.git") == "first")
        // The one of the first checkout.
        #expect(done.log.contains("left '' 1"), "\(done.log)")
        #expect(done.log.contains { $0.contains("not with the 'ssh-key' of") }, "\(done.log)")
    }

    @Test func submodulesAreFilledWithTheKey() throws {
        try serve("inner", ["inner.txt": "inner\n"])
        let repository = try site.repository(
            steps: """
                - { uses: actions/checkout@v5, with: { ssh-key: the key, submodules: recursive } }
                - run: |
                    echo "has $(cat inner/inner.txt)"
                    git -C inner fetch -q origin && echo fetched
                """
        )
        try site.git("clone", "-q", "\(server)/o/inner.git", "inner", in: repository)
        try site.write(
            [".gitmodules": "[submodule \"inner\"]\n\tpath = inner\n\turl = git@forge.example:o/inner.git\n"],
            to: repository
        )
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "second", in: repository)
        try site.git("remote", "add", "origin", "https://forge.example/o/r.git", in: repository)
        let done = try run(repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("has inner") && done.log.contains("fetched"), "\(done.log)")
    }

    @Test func aKeyThatOpensNothingIsSaidSo() throws {
        try serve("other", ["theirs.txt": "theirs\n"])
        let repository = try site.repository(
            steps: "- { uses: actions/checkout@v5, with: { repository: o/other, ssh-key: another } }"
        )
        try site.git("remote", "add", "origin", "https://forge.example/o/r.git", in: repository)
        let done = try run(repository)
        #expect(done.status == 1)
        #expect(done.log.contains("Permission denied (publickey)."), "\(done.log)")
        #expect(done.log.contains { $0.contains("ended with exit code 128") }, "\(done.log)")
    }

    @Test func aUserIsNoOptionOfGit() throws {
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v5
                  with: { repository: o/other, ssh-key: the key, ssh-user: '--upload-pack=touch ran;' }
                """
        )
        try site.git("remote", "add", "origin", "https://forge.example/o/r.git", in: repository)
        let done = try run(repository)
        #expect(done.status == 1)
        #expect(done.log.contains { $0.hasPrefix("fatal: strange") }, "\(done.log)")
    }

    @Test func emptyInputsAreTheDefaults() throws {
        let repository = try site.repository(
            steps: """
                - run: touch left-over
                - { uses: actions/checkout@v5, with: { clean: '', fetch-depth: '', ssh-key: '', ssh-strict: '', show-progress: '' } }
                - run: echo "is $(ls left-over 2>/dev/null) $(git rev-list --count HEAD)"
                """
        )
        let done = try run(repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("is  1"), "\(done.log)")
    }
}

private enum PlainText {
    static func of(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
