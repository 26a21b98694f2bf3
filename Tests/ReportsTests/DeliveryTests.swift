import Foundation
import Reports
import Testing

struct DeliveryTests {
    let server = FakeForge()
    let context = CommentContext(sha: "beef", workflow: "Train", run: "7")

    private func target(_ driver: ForgeAddress.Driver) -> any Forge {
        let address = ForgeAddress(
            driver: driver,
            api: "http://\(driver).test",
            web: "http://\(driver).test/o/r",
            repository: "o/r"
        )
        return forge(
            at: address,
            token: "t0k",
            send: { [server] in try await server.answer($0) },
            pause: { [server] in await server.rest($0) }
        )
    }

    private func report(
        _ text: String,
        _ options: CMLComment = CMLComment(),
        image: Bool = false
    ) throws -> PreparedReport {
        let box = try Sandbox()
        defer { box.remove() }
        try box.write("p.png", ReportFolderTests.png)
        return PreparedReport(
            markdown: text + (image ? "\n![p](p.png)\n" : ""),
            folder: box.path,
            workspace: try WorkspaceFiles(root: box.path),
            watermark: options.watermark(in: context)
        )
    }

    @Test(arguments: [ForgeAddress.Driver.github, .gitlab])
    func aReportIsPostedToTheCommitOnce(driver: ForgeAddress.Driver) async throws {
        let delivery = CommentDelivery(forge: target(driver), key: "run7.1")
        let first = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        let second = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        #expect(first.action == .created && second.action == .found && first.url == second.url)
        let comments = await server.comments
        #expect(comments.count == 1)
        #expect(comments[0].body.contains("# R") && Watermark(sha: "0").isFound(in: comments[0].body))
    }

    @Test func aLostAnswerMakesNoSecondComment() async throws {
        await server.lose(1)
        let delivery = CommentDelivery(forge: target(.github), key: "run7.1")
        let outcome = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        #expect(outcome.action == .found)
        #expect(await server.comments.count == 1)
    }

    @Test(arguments: [ForgeAddress.Driver.github, .gitea, .gitlab])
    func thePullRequestIsTakenWhereThereIsOne(driver: ForgeAddress.Driver) async throws {
        await server.setPull(12)
        let delivery = CommentDelivery(forge: target(driver), key: "k")
        _ = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        let comments = await server.comments
        #expect(
            comments.map(\.place).allSatisfy {
                $0.contains(driver == .gitlab ? "/merge_requests/12/notes" : "/issues/12/comments")
            }
        )
        #expect(comments.count == 1)
    }

    @Test(arguments: [ForgeAddress.Driver.github, .gitea, .gitlab])
    func updateChangesTheNewestCommentWithTheMark(driver: ForgeAddress.Driver) async throws {
        await server.setPull(12)
        let place =
            driver == .gitlab ? "/projects/o%2Fr/merge_requests/12/notes" : "/repos/o/r/issues/12/comments"
        for number in 1...70 { await server.add("filler \(number)", at: place) }
        await server.add("old\n\n" + Watermark(sha: "aaaa", title: "t").markdown, at: place)
        await server.add("newest\n\n" + Watermark(sha: "bbbb", title: "t").markdown, at: place)
        await server.add("other\n\n" + Watermark(sha: "cccc", title: "u").markdown, at: place)
        var options = CMLComment()
        options.updates = true
        options.watermarkTitle = "t"
        let delivery = CommentDelivery(forge: target(driver), key: "k")
        let outcome = try await delivery.deliver(report("fresh", options), options, in: context)
        #expect(outcome.action == .changed)
        let comments = await server.comments
        #expect(comments.count == 73 && comments[71].body.hasPrefix("fresh"))
        #expect(comments[70].body.hasPrefix("old") && comments[72].body.hasPrefix("other"))
    }

    @Test func giteaWithoutPullRequestGetsAStatusAndSaysSo() async throws {
        let delivery = CommentDelivery(forge: target(.gitea), key: "k", runPage: "http://h/7")
        let outcome = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        #expect(outcome.action == .status && outcome.notes.count == 1)
        #expect(await server.statuses.count == 1)
    }

    @Test func gitLabDoesNotChangeCommentsOfCommits() async throws {
        var options = CMLComment()
        options.updates = true
        await server.add(
            "x " + Watermark(sha: "aa").markdown,
            at: "/projects/o%2Fr/repository/commits/beef/comments"
        )
        let delivery = CommentDelivery(forge: target(.gitlab), key: "k")
        let prepared = try report("# R", options)
        await #expect(throws: ReportsError.self) {
            try await delivery.deliver(prepared, options, in: context)
        }
    }

    @Test func imagesGoToTheAssetServerOrStay() async throws {
        let prepared = try report("# R", image: true)
        let staying = CommentDelivery(forge: target(.github), key: "a")
        #expect(try await staying.deliver(prepared, CMLComment(), in: context).notes.count == 1)
        let assets = AssetServer(url: "http://assets.test/assets") { [server] in try await server.answer($0) }
        let publishing = CommentDelivery(forge: target(.github), assets: assets, key: "b")
        #expect(try await publishing.deliver(prepared, CMLComment(), in: context).notes.isEmpty)
        let bodies = await server.comments.map(\.body)
        #expect(bodies[0].contains("![p](p.png)") && bodies[1].contains("![p](http://assets.test/1?cml=png)"))
        let upload = await server.requests.first { $0.url.hasSuffix("/assets") }
        #expect(upload?.headers["Content-Type"] == "image/png" && upload?.headers["Authorization"] == nil)
        #expect(upload?.body == ReportFolderTests.png)
    }

    @Test func nativePublishingIsGitLabs() async throws {
        var options = CMLComment()
        options.publishesNatively = true
        let prepared = try report("# R", options, image: true)
        let gitLab = CommentDelivery(forge: target(.gitlab), key: "a")
        _ = try await gitLab.deliver(prepared, options, in: context)
        #expect(await server.comments[0].body.contains("![p](/uploads/1/p.png)"))
        let gitHub = CommentDelivery(forge: target(.github), key: "b")
        await #expect(throws: ReportsError.self) { try await gitHub.deliver(prepared, options, in: context) }
    }

    @Test("G4: a busy forge is asked again when it says, else 1, 2, 4 s later, for ten minutes")
    func aBusyForgeIsAskedAgain() async throws {
        let delivery = CommentDelivery(forge: target(.github), key: "k")
        await server.answerFirst([
            ForgeResponse(status: 429, retryAfter: .seconds(90)), ForgeResponse(status: 503),
            ForgeResponse(status: 403, retryAfter: .seconds(7)), ForgeResponse(status: 500),
        ])
        let outcome = try await delivery.deliver(report("# R"), CMLComment(), in: context)
        #expect(outcome.action == .created)
        // After the 500 it was looked up whether the comment is there.
        #expect(await server.pauses == [90, 2, 7, 1].map { .seconds($0) })
        #expect(await server.comments.count == 1)

        await server.answerFirst(Array(repeating: ForgeResponse(status: 503), count: 100))
        let prepared = try report("# S")
        let error = await #expect(throws: ReportsError.self) {
            try await CommentDelivery(forge: target(.github), key: "l").deliver(
                prepared,
                CMLComment(),
                in: context
            )
        }
        #expect(error?.description.contains("the forge says 503") == true)
        let last = Array(await server.pauses.dropFirst(4))
        #expect(Array(last.prefix(8)) == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(last.reduce(.zero, +) <= .seconds(600) && last.last == .seconds(60), "\(last)")
        await server.answerFirst([ForgeResponse(status: 429, retryAfter: .seconds(601))])
        let sent = await server.requests.count
        await #expect(throws: ReportsError.self) {
            try await CommentDelivery(forge: target(.github), key: "m").deliver(
                prepared,
                CMLComment(),
                in: context
            )
        }
        #expect(await server.requests.count <= sent + 3, "longer than it may be waited is not waited")
    }

    @Test func aRefusalIsToldInTheForgesWords() async throws {
        await server.refuse(with: 401)
        let delivery = CommentDelivery(forge: target(.github), key: "k")
        let prepared = try report("# R")
        let error = await #expect(throws: ReportsError.self) {
            try await delivery.deliver(prepared, CMLComment(), in: context)
        }
        #expect(error?.description.hasSuffix("the forge says 401: Bad credentials") == true)
        #expect(error?.description.contains("t0k") == false)
        #expect(await server.requests.count == 1)
    }

    @Test func aCheckIsMadeOnce() async throws {
        await server.lose(1)
        let check = try CheckReport(
            sha: "beef",
            summary: "# R",
            time: Date(timeIntervalSince1970: 0),
            key: "k"
        ).validated()
        let first = try await target(.github).check(check)
        #expect(try await target(.github).check(check) == first)
        #expect(await server.checks.count == 1)
        var wrong = check
        wrong.conclusion = "fine"
        #expect(throws: ReportsError.self) { try wrong.validated() }
        for driver in [ForgeAddress.Driver.gitea, .gitlab] {
            await #expect(throws: ReportsError.self) { try await target(driver).check(check) }
        }
    }

    @Test func aPullRequestIsOpenedOnceAndFoundAgain() async throws {
        let proposal = try PullRequestProposal(
            PullRequestProposal.Given(),
            sha: "0123456789abcdef",
            current: "main",
            repository: "http://g/o/r"
        )
        #expect(proposal.branch == "main-cml-pr-01234567" && proposal.title == "CML PR for main 01234567")
        #expect(proposal.message == "CML PR for 01234567 [skip ci]")
        await server.lose(1)
        let fresh = PullRequestProposal.Git(isOnRemote: { _ in false }, commitAndPush: { _ in true })
        let made = try await proposal.propose(to: target(.github), git: fresh)
        let pushed = PullRequestProposal.Git(isOnRemote: { _ in true }, commitAndPush: { _ in false })
        let found = try await proposal.propose(to: target(.github), git: pushed)
        #expect(made.text(asMarkdown: false) == found.text(asMarkdown: false))
        #expect(found.text(asMarkdown: true) == "[CML's Pull Request](http://g/pull/101)")
        #expect(await server.pulls.count == 1)
        let unchanged = PullRequestProposal.Git(isOnRemote: { _ in false }, commitAndPush: { _ in false })
        #expect(try await proposal.propose(to: target(.github), git: unchanged) == .nothingToCommit)
    }

    private func squashed() throws -> PullRequestProposal {
        var given = PullRequestProposal.Given()
        given.merges = [.squash]
        return try PullRequestProposal(given, sha: "0123456789abcdef", current: "main", repository: "")
    }

    private let pushing = PullRequestProposal.Git(isOnRemote: { _ in false }, commitAndPush: { _ in true })

    @Test func aCleanPullRequestIsMergedAtOnce() async throws {
        let proposal = try squashed()
        #expect(proposal.message == "CML PR for 01234567")
        await server.setGraphQL(#"{"errors":[{"message":"Pull request Pull request is in clean status"}]}"#)
        _ = try await proposal.propose(to: target(.github), git: pushing)
        #expect(await server.requests.last?.url == "http://github.test/repos/o/r/pulls/101/merge")
    }

    @Test func aProtectedBranchIsNotMergedIntoAtOnce() async throws {
        await server.setGraphQL(#"{"errors":[{"message":"Protected branch rules not configured"}]}"#)
        await server.protect()
        let proposal = try squashed()
        let error = await #expect(throws: ReportsError.self) {
            try await proposal.propose(to: target(.github), git: pushing)
        }
        #expect(error?.description.contains("`main` is protected") == true)
        #expect(await server.requests.allSatisfy { $0.method != "PUT" })
    }

    @Test func aMergeThatGitLabIsNotReadyForIsAskedForAgain() async throws {
        await server.refuseMerges(2)
        let proposal = try squashed()
        _ = try await proposal.propose(to: target(.gitlab), git: pushing)
        let merges = await server.requests.filter { $0.method == "PUT" }
        #expect(merges.count == 3)
        let form = merges.last?.body.map { String(decoding: $0, as: UTF8.self) }
        #expect(form == "merge_when_pipeline_succeeds=true&squash=true")
    }
}
