import Foundation
import Testing

@testable import Forge

/// A run's repository as git's own client meets it.
struct GitServiceTests {
    /// A clone by the job, with one commit more on a branch `topic`.
    private func clone(_ history: ServedHistory, by job: HistoryJob) async throws -> String {
        let folder = "\(history.served.home.path)/clone-\(UUID().uuidString)"
        try await ServedHistory.git("clone", "-q", job.remote, folder, in: history.served.home.path)
        try await ServedHistory.git("checkout", "-q", "-b", "topic", in: folder)
        try "more\n".write(toFile: "\(folder)/more", atomically: true, encoding: .utf8)
        try await ServedHistory.git("add", "-A", in: folder)
        try await ServedHistory.git("commit", "-q", "-m", "more", in: folder)
        return folder
    }

    private func push(_ ref: String, from folder: String) async throws -> (status: Int32, output: String) {
        try await ServedHistory.tryGit(["push", "origin", ref], in: folder)
    }

    @Test func whatGitClonesAndPushesIsTheRepository() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let folder = try await clone(history, by: try await history.job())
            #expect(try String(contentsOfFile: "\(folder)/README.md", encoding: .utf8) == "hello\n")
            let pushed = try await push("topic", from: folder)
            #expect(pushed.status == 0, "\(pushed.output)")
            let there = try await ServedHistory.git("rev-parse", "refs/heads/topic", in: history.path)
            #expect(try await ServedHistory.git("rev-parse", "HEAD", in: folder) == there)
        }
    }

    @Test func aCommitThatNoBranchNamesIsFetchedByItsName() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["contents": "read"])
            try await ServedHistory.git("commit", "-q", "--allow-empty", "-m", "x", in: history.path)
            let commit = try await ServedHistory.git("rev-parse", "HEAD", in: history.path)
            try await ServedHistory.git("reset", "-q", "--hard", "HEAD~1", in: history.path)
            let folder = served.home.path
            try await ServedHistory.git("init", "-q", "by-name", in: folder)
            try await ServedHistory.git(
                "fetch",
                "-q",
                "--depth=1",
                job.remote,
                commit,
                in: "\(folder)/by-name"
            )
            #expect(try await ServedHistory.git("rev-parse", "FETCH_HEAD", in: "\(folder)/by-name") == commit)
        }
    }

    @Test func aBranchThatIsCheckedOutMovesWithItsFilesWhereTheseAreClean() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let folder = try await clone(history, by: try await history.job())
            try "mine\n".write(toFile: "\(history.path)/README.md", atomically: true, encoding: .utf8)
            let refused = try await push("topic:main", from: folder)
            #expect(refused.status != 0 && refused.output.contains("rejected"), "\(refused.output)")
            #expect(try await ServedHistory.git("rev-parse", "main", in: history.path) == history.commit)

            try await ServedHistory.git("checkout", "-q", "README.md", in: history.path)
            let pushed = try await push("topic:main", from: folder)
            #expect(pushed.status == 0, "\(pushed.output)")
            #expect(FileManager.default.fileExists(atPath: "\(history.path)/more"))
        }
    }

    @Test func nothingThatTheRepositoryHasIsOverwritten() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let folder = try await clone(history, by: try await history.job())
            #expect(try await push("topic", from: folder).status == 0)
            try await ServedHistory.git("commit", "-q", "--amend", "-m", "other", in: folder)
            let forced = try await push("+topic", from: folder)
            #expect(forced.status != 0 && forced.output.contains("non-fast-forward"), "\(forced.output)")
        }
    }

    @Test func permissionsDecideWhoFetchesAndWhoPushes() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let folder = try await clone(history, by: try await history.job(["contents": "read"]))
            let refused = try await push("topic", from: folder)
            #expect(refused.status != 0 && refused.output.contains("403"), "\(refused.output)")
            let blind = try await history.job(["issues": "write"])
            let unseen = try await ServedHistory.tryGit(["ls-remote", blind.remote], in: folder)
            #expect(unseen.status != 0 && unseen.output.contains("403"), "\(unseen.output)")
        }
    }

    @Test func onlyTheTokenOfAJobThatRunsOpensItsOwnRepository() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let other = try await ServedHistory(served, named: "other")
            let (job, stranger) = (try await history.job(), try await other.job())
            let address = "\(job.server)/ada/demo/info/refs?service=git-upload-pack"
            #expect(try await job.send(address, [], nil).status == 200)
            #expect(try await stranger.send(address, [], nil).status == 404)
            let nobody = try await curl(address)
            #expect(nobody.status == 401 && nobody.headers["www-authenticate"]?.hasPrefix("Basic") == true)
            await served.toolkit.jobEnded(job.job.id)
            #expect(try await job.send(address, [], nil).status == 401)
            #expect(try await stranger.send(address, [], nil).status == 404)
        }
    }

    @Test(arguments: [
        "/ada/demo/../../etc/info/refs?service=git-upload-pack",
        "/ada/..%2fother/info/refs?service=git-upload-pack",
        "/ada/demo%2f..%2fother/info/refs?service=git-upload-pack",
        "/ada/other/info/refs?service=git-upload-pack", "/ada/demo/info/refs?service=git-upload-archive",
        "/ada/demo/info/refs?service=--upload-pack%3dtouch", "/ada/demo/info/refs",
        "/ada/demo/objects/info/packs",
        "/ada/demo/info/refs/..%2f..%2f..%2fHEAD?service=git-upload-pack",
        "/ada/demo%00/info/refs?service=git-upload-pack",
    ])
    func addressesThatLeadElsewhereLeadNowhere(_ path: String) async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            _ = try await ServedHistory(served, named: "other")
            let job = try await history.job()
            let answer = try await job.send(job.server + path, [], nil)
            #expect([400, 404].contains(answer.status), "\(answer.status) \(answer.text)")
            #expect(!answer.text.contains(history.commit))
        }
    }

    @Test(arguments: [
        "refs/heads/--upload-pack=x", "refs/heads/a..b", "refs/pull/1/merge", "HEAD", "refs/heads/x.lock",
        "refs/heads/a b", "refs/heads/../../x", "refs/heads/@{-1}",
    ])
    func namesThatAreNoSafeBranchAreNotPushed(_ ref: String) async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job()
            let line = "\(String(repeating: "0", count: 40)) \(history.commit) \(ref)\0report-status"
            let length = String(line.utf8.count + 4, radix: 16)
            let body = String(repeating: "0", count: 4 - length.count) + length + line + "0000"
            let answer = try await job.send("\(job.server)/ada/demo/git-receive-pack", [], Data(body.utf8))
            #expect(answer.status == 422, "\(answer.status) \(answer.text)")
            let refs = try await ServedHistory.git("for-each-ref", "--format=%(refname)", in: history.path)
            #expect(refs == "refs/heads/main")
        }
    }

    @Test func hooksOfTheRepositorySeeAPushAndNothingOfThisProcess() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let hook = "\(history.path)/.git/hooks/post-receive"
            try "#!/bin/sh\nenv > '\(history.path)/.git/seen'\n".write(
                toFile: hook,
                atomically: true,
                encoding: .utf8
            )
            _ = chmod(hook, 0o755)
            let job = try await history.job()
            let folder = try await clone(history, by: job)
            #expect(try await push("topic", from: folder).status == 0)
            let seen = try String(contentsOfFile: "\(history.path)/.git/seen", encoding: .utf8)
            #expect(seen.contains("REMOTE_USER=ada"))
            #expect(!seen.contains(job.token) && !seen.contains("FLOWRUN_"), "\(seen)")
        }
    }

    @Test func aShallowHistoryThatBeginsAtWhatTheOriginLacksIsRefusedInPlainWords() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let origin = "\(served.home.path)/origin.git"
            try await ServedHistory.git("clone", "-q", "--bare", history.path, origin, in: served.home.path)
            try await ServedHistory.git("commit", "-q", "--allow-empty", "-m", "unpushed", in: history.path)
            let commit = try await ServedHistory.git("rev-parse", "HEAD", in: history.path)
            let job = try await history.job(origin: origin)
            let folder = "\(served.home.path)/shallow"
            try await ServedHistory.git("init", "-q", folder, in: served.home.path)
            try await ServedHistory.git("remote", "add", "origin", job.remote, in: folder)
            try await ServedHistory.git("fetch", "-q", "--depth=1", "origin", commit, in: folder)
            try await ServedHistory.git("checkout", "-q", "-b", "topic", "FETCH_HEAD", in: folder)
            let refused = try await push("topic", from: folder)
            #expect(refused.status != 0)
            #expect(
                refused.output.contains("\(commit.prefix(7)) of the run has not been pushed"),
                "\(refused.output)"
            )
            try await ServedHistory.git("push", "-q", origin, "HEAD:main", in: history.path)
            let pushed = try await push("topic", from: folder)
            #expect(pushed.status == 0, "\(pushed.output)")
        }
    }

    @Test func nothingIsLeftOfWhatWentThrough() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let folder = try await clone(history, by: try await history.job())
            #expect(try await push("topic", from: folder).status == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: served.home.work).isEmpty)
        }
    }
}
