import Engine
import Foundation
import Git
import Reports
import Store

/// `cml comment create|update`: keeps a report with the run, and posts it where the remote is a forge.
struct ReportPost {
    private let options: CommentOptions
    private let updates: Bool
    private let environment = ProcessInfo.processInfo.environment

    init(_ options: CommentOptions, updates: Bool) {
        self.options = options
        self.updates = updates
    }

    func run() async throws {
        do {
            let comment = try CMLComment(given, environment: CMLEnvironment(environment))
            let before = Self.stamp(comment.triggerFile ?? options.file)
            try await post(comment)
            // A trigger that is there from the start is one.
            if comment.watches { try await watch(comment, since: comment.triggerFile == nil ? before : nil) }
        } catch let error as ReportsError {
            throw CommandEnd(.runFailed, "error: \(error)")
        }
    }

    // MARK: Posting

    private func post(_ comment: CMLComment) async throws {
        guard let data = FileManager.default.contents(atPath: options.file) else {
            throw CommandEnd(.runFailed, "error: `\(options.file)` cannot be read")
        }
        let text = String(decoding: data, as: UTF8.self)
        let context = try Self.context(environment)
        let folder = URL(fileURLWithPath: options.file).deletingLastPathComponent().path
        let workspace = try WorkspaceFiles(root: environment["GITHUB_WORKSPACE"] ?? Self.root() ?? folder)
        let report = PreparedReport(
            markdown: text,
            folder: folder,
            workspace: workspace,
            watermark: comment.watermark(in: context)
        )
        let log = try CMLLog(options.forge, environment: environment, command: "comment")
        for warning in report.warnings { log.warning(warning) }

        let posted: String?
        do {
            posted = try await postToForge(report, comment, context, text: text)
        } catch {
            // A report that does not reach its forge is not lost.
            let kept = try keep(text, folder: folder, workspace: workspace, comment, context, url: nil)
            log.note("the report is kept here alone: file://\(kept.pagePath)")
            throw error
        }
        let local = try keep(text, folder: folder, workspace: workspace, comment, context, url: posted)
        Console.print(posted ?? "file://\(local.pagePath)")
    }

    /// Keeps the report on this machine; without the mark, which is for forges.
    private func keep(
        _ text: String,
        folder: String,
        workspace: WorkspaceFiles,
        _ comment: CMLComment,
        _ context: CommentContext,
        url: String?
    ) throws -> ReportFolder {
        let report = PreparedReport(markdown: text, folder: folder, workspace: workspace, watermark: nil)
        let spooled = SpooledReport(
            watermarkTitle: comment.watermarkTitle,
            sha: context.sha,
            target: Self.words(comment.target, context),
            url: url
        )
        let spool = environment["FLOWRUN_REPORTS"] ?? "\(FlowrunHome(environment: environment).path)/reports"
        let kept = try SpooledReport.leave(
            report,
            as: spooled,
            in: spool,
            facts: ReportTitle.facts(environment: environment),
            updates: comment.updates
        )
        if environment["FLOWRUN_REPORTS"] == nil, let commit = CommitID(context.sha),
            let repository = try Repository.discover(from: FileManager.default.currentDirectoryPath)
        {
            // Outside of a job nobody takes the report up: the note is all that ties it to its commit.
            try repository.appendNote(ref: RunNote.ref, commit: commit, text: "report: \(kept.pagePath)\n")
        }
        return kept
    }

    /// - Returns: The comment's address; `nil` where the remote is no forge, or nobody gave a token for it.
    private func postToForge(
        _ report: PreparedReport,
        _ comment: CMLComment,
        _ context: CommentContext,
        text: String
    ) async throws -> String? {
        guard let forge = try Self.forge(options.forge, environment: environment, command: "comment") else {
            return nil
        }
        var key = [
            environment["GITHUB_RUN_ID"], environment["GITHUB_JOB"], environment["GITHUB_RUN_ATTEMPT"],
        ]
        .map { $0 ?? "" }.joined(separator: "-")
        key += "-" + Fingerprint.of(text)
        let assets = comment.publishURL.map { AssetServer(url: $0, send: ForgeHTTP.send) }
        let delivery = CommentDelivery(forge: forge, assets: assets, key: key)
        let outcome = try await delivery.deliver(report, comment, in: context)
        let log = try CMLLog(options.forge, environment: environment, command: "comment")
        for note in outcome.notes { log.note(note) }
        return outcome.url
    }

    /// Posts again whenever the report changes or the trigger file is there; the end of the job ends it.
    ///
    /// - Parameter last: The state of the watched file before the report was posted: what was written meanwhile counts.
    private func watch(_ comment: CMLComment, since last: Date?) async throws {
        var last = last
        let log = try CMLLog(options.forge, environment: environment, command: "comment")
        var again = comment
        again.updates = true
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(500))
            let now = Self.stamp(comment.triggerFile ?? options.file)
            guard now != last, now != nil else { continue }
            last = now
            do {
                try await post(again)
            } catch let error as ReportsError {
                // The next change may reach the forge.
                log.warning("\(error)")
            }
            guard let trigger = comment.triggerFile else { continue }
            // Its going tells whoever made it that the report was taken.
            try FileManager.default.removeItem(atPath: trigger)
            last = nil
        }
    }

    /// When a file was last written; nil where there is none.
    private static func stamp(_ path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }

    private var given: CMLComment.Given {
        var given = CMLComment.Given()
        given.target = options.target
        given.pr = options.pr ? true : nil
        given.commitSHA = options.commitSHA
        given.publish = options.publish
        given.publishURL = options.publishURL
        given.publishNative = options.publishNative ? true : nil
        given.watermarkTitle = options.watermarkTitle
        given.rmWatermark = options.rmWatermark ? true : nil
        given.update = updates ? true : nil
        given.watch = options.watch ? true : nil
        given.triggerFile = options.triggerFile
        return given
    }

    // MARK: What all of CML's commands share

    static func context(_ environment: [String: String]) throws -> CommentContext {
        let event = environment["GITHUB_EVENT_PATH"].flatMap { FileManager.default.contents(atPath: $0) }
        let repository = try Repository.discover(from: FileManager.default.currentDirectoryPath)
        return try CommentContext(
            environment: environment,
            event: event,
            head: try repository?.head().commit?.hex ?? ""
        )
    }

    static func root() -> String? {
        guard let repository = try? Repository.discover(from: FileManager.default.currentDirectoryPath) else {
            return nil
        }
        return repository.workTree
    }

    /// The forge of the repository, if there is one and a token that it knows.
    static func forge(
        _ options: ForgeOptions,
        environment: [String: String],
        command: String
    ) throws -> (any Forge)? {
        let cml = CMLEnvironment(environment)
        let log = try CMLLog(options, environment: environment, command: command)
        let origin = try Repository.discover(from: FileManager.default.currentDirectoryPath)?.remoteURL(
            "origin"
        )
        let address = try ForgeAddress.detect(
            driver: options.driver ?? cml.value(of: "driver", command: command),
            repository: options.repo ?? cml.value(of: "repo", command: command),
            origin: origin,
            environment: [:]
        )
        guard let address else { return nil }
        let token: String
        do {
            token = try cml.token(given: options.token, command: command)
        } catch {
            log.note("no REPO_TOKEN or GITHUB_TOKEN is set, so nothing is posted to \(address.web)")
            return nil
        }
        guard !LocalToken.isLocal(token) else {
            log.note(
                "this run's GITHUB_TOKEN is flowrun's own, so nothing is posted to \(address.web); "
                    + "give one with `flowrun secret set GITHUB_TOKEN`"
            )
            return nil
        }
        return Reports.forge(at: address, token: token, send: ForgeHTTP.send)
    }

    private static func words(_ target: CMLComment.Target, _ context: CommentContext) -> String {
        switch target {
        case .auto: context.pullRequest.map { "pr/\($0)" } ?? "commit/\(context.sha)"
        case .commit(let sha): "commit/\(sha ?? context.sha)"
        case .pullRequest(let number): "pr/\(number ?? context.pullRequest ?? 0)"
        case .issue(let number): "issue/\(number)"
        }
    }
}

/// A short name for a text, the same each time: FNV-1a.
enum Fingerprint {
    static func of(_ text: String) -> String {
        String(
            text.utf8.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 },
            radix: 16
        )
    }
}
