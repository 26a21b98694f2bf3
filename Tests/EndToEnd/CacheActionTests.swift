import Foundation
import Testing

/// `actions/cache`, its `restore` and its `save`, served by flowrun itself.
struct CacheActionTests {
    private let site: Site

    init() throws { site = try Site() }

    private func run(_ repository: String, _ more: String...) throws -> SiteResult {
        try site.start(["trigger", "push", "--format", "json"] + more, in: repository).wait(seconds: 120)
    }

    @Test func whatOneRunSavesTheNextOneHas() throws {
        let repository = try site.repository(
            steps: """
                - uses: actions/cache@v4
                  id: c
                  with: { path: "deps\\n~/.tool/*.bin", key: "k-${{ github.sha }}", restore-keys: "k-\\nother-" }
                - run: |
                    echo "hit [${{ steps.c.outputs.cache-hit }}]"
                    cat deps/sub/a ~/.tool/x.bin 2>/dev/null || true
                    mkdir -p deps/sub ~/.tool; echo "of ${{ github.run_number }}" > deps/sub/a; echo bin > ~/.tool/x.bin; ln -sf sub/a deps/link
                """
        )
        let first = try run(repository).log
        let key = "k-" + (try site.git("rev-parse", "HEAD", in: repository))
        #expect(
            first.contains("Cache not found for input keys: \(key), k-, other-") && first.contains("hit []"),
            "\(first)"
        )
        #expect(first.contains("Cache saved with key: \(key)"), "\(first)")
        try FileManager.default.removeItem(atPath: "\(site.folder)/home/.tool")
        let second = try run(repository).log
        #expect(
            second.contains("Cache restored from key: \(key)") && second.contains("hit [true]"),
            "\(second)"
        )
        #expect(second.contains("of 1") && second.contains("bin"), "\(second)")
        #expect(
            second.contains("Cache hit occurred on the primary key \(key), not saving cache."),
            "\(second)"
        )
        try site.git("commit", "-q", "--allow-empty", "-m", "next", in: repository)
        let third = try run(repository).log
        #expect(third.contains("hit [false]") && third.contains("of 1"), "\(third)")
        #expect(third.contains { $0.hasPrefix("Cache saved with key: k-") }, "\(third)")
        #expect(site.files(in: "blobs/incoming").isEmpty)
    }

    @Test func aMissACheckAndAFailureAreTold() throws {
        let repository = try site.repository(
            steps: """
                - { uses: actions/cache/save@v4, with: { path: none, key: k } }
                - run: mkdir d && echo x > d/f
                - { uses: actions/cache/save@v4, with: { path: d, key: k } }
                - { uses: actions/cache/save@v4, with: { path: d, key: k } }
                - { uses: actions/cache/restore@v4, id: r, with: { path: d, key: k, lookup-only: true } }
                - run: mv d kept; echo '${{ toJSON(steps.r.outputs) }}'
                - { uses: actions/cache/restore@v4, with: { path: d, key: 'a,b' }, continue-on-error: true }
                - { uses: actions/cache@v4, with: { path: kept, key: all-the-same, save-always: true } }
                - { uses: actions/cache/restore@v4, with: { path: other, key: k }, id: other }
                - run: echo "other [${{ steps.other.outputs.cache-matched-key }}]"; exit 0
                - { uses: actions/cache@v4, with: { path: d, key: late } }
                - { uses: actions/cache/restore@v4, with: { path: d, key: nosuch, fail-on-cache-miss: true } }
                """
        )
        let result = try run(repository)
        #expect(result.status == 1, "\(result.everything)")
        let log = result.log.joined(separator: "\n")
        for words in [
            "Path Validation Error: Path(s) specified in the action for caching do(es) not exist",
            "Cache save failed.",
            "Cache saved with key: k", "Unable to reserve cache with key k",
            "Cache found and can be restored from key: k",
            "\"cache-matched-key\": \"k\"", "Key Validation Error: a,b cannot contain commas.",
            "Input 'save-always' has been deprecated with message", "other []",
            "Cache saved with key: all-the-same",
            "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: nosuch",
        ] { #expect(log.contains(words), "\(words) in \(log)") }
        #expect(!log.contains("Cache saved with key: late"), "the job failed")
    }

    @Test("I9: a pull request's cache reaches nobody else")
    func aPullRequestsCacheReachesNobodyElse() throws {
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            on: [push, pull_request]
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - { uses: actions/cache/restore@v4, with: { path: d, key: k } }
                  - run: cat d/f || true; mkdir -p d; echo "of ${{ github.event_name }}" > d/f
                  - { uses: actions/cache/save@v4, with: { path: d, key: k } }

            """
        ])
        try site.git("checkout", "-q", "-b", "feature", in: repository)
        let pull = ["trigger", "pull_request", "--format", "json"]
        #expect(try site.start(pull, in: repository).wait(seconds: 60).status == 0)
        try site.git("checkout", "-q", "main", in: repository)
        let main = try run(repository)
        #expect(main.status == 0 && !main.log.contains("of pull_request"), "\(main.log)")
        try site.git("checkout", "-q", "-b", "second", in: repository)
        let other = try run(repository)
        #expect(other.log.contains("of push"), "the default branch's is for all: \(other.log)")
    }

    @Test func whatPackingSaysStandsInThePostStep() throws {
        let repository = try site.repository(
            steps: """
                - { uses: actions/cache@v4, with: { path: d, key: k } }
                - run: |
                    mkdir d && echo x > d/f
                    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("d/s")'
                """
        )
        let result = try run(repository)
        #expect(result.status == 0, "\(result.everything)")
        let events = result.output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        func step(of text: String) -> Int? {
            events.first { ($0["line"] as? String)?.contains(text) == true }?["step"] as? Int
        }
        let packing = try #require(step(of: "socket ignored"), "\(result.log)")
        #expect(packing == step(of: "Cache saved with key: k"))
        #expect(packing != step(of: "Cache not found"))
    }

    /// Archives as a hostile job could leave them under a key that others use.
    @Test(
        "I1, I3, I5: a hostile archive is not unpacked",
        arguments: [
            "tar -cf a.tar -P --transform 's|.*|../../../../escape|' f",
            "tar -cf a.tar -P --transform 's|.*|/tmp/escape-of-flowrun|' f",
            "ln -s \"$HOME\" d/l && tar -rf a.tar d/l && rm d/l && mkdir d/l && echo x > d/l/escape && tar -rf a.tar d/l/escape",
            "mkfifo d/p && tar -cf a.tar d/p", "echo x > d/s && chmod 4755 d/s && tar -cf a.tar d/s",
            "ln /etc/hostname d/h 2>/dev/null; echo o > o; ln o d/o; tar -cf a.tar o d/o && tar --delete -f a.tar o",
            "head -c 3000000000 /dev/zero > d/big && tar -cf a.tar --sparse d/big",
            "head -c 100000 /dev/urandom > a.tar",
        ]
    )
    func aHostileArchiveIsNotUnpacked(_ attack: String) throws {
        let repository = try site.repository(
            steps: """
                - run: mkdir d; echo x > d/f
                - { uses: actions/cache/save@v4, with: { path: d, key: k } }
                - run: |
                    rm -rf d; mkdir d; echo x > f
                    \(attack)
                    zstd -q -f a.tar -o a.zst 2>/dev/null || gzip -c a.tar > a.zst
                    blob=$(find "$STATE/blobs" -type f -size -2k ! -name '*.lock' | head -n 1)
                    cat a.zst > "$blob"; rm -rf d f a.tar o
                    # As if these were the bytes that were saved.
                    python3 - "$STATE/store/flowrun.db" a.zst << 'END'
                    import hashlib, sqlite3, sys
                    data = open(sys.argv[2], "rb").read()
                    with sqlite3.connect(sys.argv[1], timeout=20) as db:
                        db.execute("UPDATE caches SET digest = ?, size = ?", (hashlib.sha256(data).hexdigest(), len(data)))
                    END
                    rm a.zst
                - { uses: actions/cache/restore@v4, id: r, with: { path: d, key: k } }
                - run: |
                    echo "matched [${{ steps.r.outputs.cache-matched-key }}]"; ls -la d 2>/dev/null || true
                    ! test -e d && ! test -e ~/escape && ! test -e /tmp/escape-of-flowrun && ! test -e ../../../../escape
                """
        )
        site.environment["STATE"] = site.state
        let result = try run(repository)
        #expect(result.status == 0, "\(result.everything)")
        #expect(result.log.contains("matched []"), "\(result.log)")
        let reason = try #require(result.log.first { $0.contains("Failed to restore: ") }, "\(result.log)")
        #expect(!reason.contains("not those that were saved"), "\(reason)")
    }

    @Test("I9: a cache whose bytes are not those that were saved is none")
    func aCacheThatWasChangedIsNone() throws {
        let repository = try site.repository(
            steps: """
                - run: mkdir d e; echo x > d/f; echo y > e/f
                - { uses: actions/cache/save@v4, with: { path: d, key: k } }
                - { uses: actions/cache/save@v4, with: { path: e, key: l } }
                - run: |
                    set -- $(find "$STATE/blobs" -type f ! -name '*.lock'); test $# = 2
                    cp "$1" one; cat "$2" > "$1"; cat one > "$2"; rm -r one d e
                - { uses: actions/cache/restore@v4, with: { path: d, key: k } }
                - { uses: actions/cache/restore@v4, with: { path: e, key: l } }
                - run: '! test -e d && ! test -e e'
                """
        )
        site.environment["STATE"] = site.state
        let result = try run(repository)
        #expect(result.status == 0, "\(result.everything)")
        #expect(result.log.count { $0.contains("not those that were saved") } == 2, "\(result.log)")
    }
}
