import Events
import Expressions
import Foundation
import Git
import Store
import Workflows

/// The repository, commit and ref that a session works for, and the events that can be made of them.
package struct SessionSite: Sendable {
    package private(set) var facts: RepositoryFacts
    private let options: SessionOptions
    var repository: Repository
    /// The working folder that the session was asked for, which may be a linked one; the git folder of a bare repository.
    private let folder: String
    let commit: CommitID
    /// The full name of the ref; empty where a bare commit was asked for or HEAD is detached.
    let ref: String
    let actor: String
    /// The files of the commits that were asked for.
    private let read = ReadFiles()
    /// The snapshot of the working folder, which is in use as long as the session works for it.
    private var snapshot: HeldFolder?

    /// - Throws: `SessionError` where there is no repository or commit, `GitError` where the ref is unknown.
    package init(_ options: SessionOptions) throws {
        guard let repository = try Repository.discover(from: options.folder) else {
            throw SessionError.noRepository(options.folder)
        }
        self.options = options
        self.repository = repository
        folder = repository.folder
        let user = options.hostEnvironment["USER"] ?? options.hostEnvironment["LOGNAME"] ?? NSUserName()
        actor = user
        facts = try RepositoryFacts(of: repository, user: user)
        if let given = options.ref {
            let resolved = try repository.resolve(given)
            commit = resolved.commit
            ref = resolved.ref ?? ""
        } else {
            let head = try repository.head()
            ref = head.ref ?? ""
            if options.usesWorkingTree {
                self.snapshot = try HeldFolder.making(options.snapshotFolder)
                let snapshot = try repository.snapshotOfWorkingFolder(in: options.snapshotFolder)
                self.repository = snapshot.repository
                commit = snapshot.commit
                facts.source = options.snapshotFolder
            } else {
                guard let tip = head.commit else { throw SessionError.noCommit(folder) }
                commit = tip
            }
        }
    }

    // MARK: Workflows

    /// The workflow files of the commit, or of `--workflows`.
    package func files() throws -> [WorkflowFile] { try files(at: commit) }

    /// Reads the workflow files of the commit, for whoever asks for them next; files of `--workflows` are read when they
    /// are wanted, since they may change.
    package func readAhead() throws {
        if options.workflows == nil { _ = try files() }
    }

    /// The workflow files of the default branch as it is now; of the session's commit where there is none.
    func filesOfDefaultBranch() throws -> [WorkflowFile] {
        try files(at: try repository.commitOfReference("refs/heads/\(facts.defaultBranch)") ?? commit)
    }

    /// The repository as its runs are filed under it.
    package var repositoryPath: String { facts.path }

    /// The workflow files that an event is matched against: those of its own commit, where the repository has it.
    func files(for event: Event) throws -> [WorkflowFile] { try files(at: try commit(of: event)) }

    private func commit(of event: Event) throws -> CommitID { try known(.string(event.sha)) ?? commit }

    /// What the commit of an event says of the actions that its runs use; nil where it says nothing.
    func actionLock(for event: Event) throws -> ActionLock? {
        let commit = try known(.string(event.sha)) ?? commit
        guard let bytes = try repository.file(ActionLock.fileName, at: commit) else { return nil }
        return try ActionLock(String(decoding: bytes, as: UTF8.self))
    }

    private func files(at commit: CommitID) throws -> [WorkflowFile] {
        guard let path = options.workflows else {
            return try read.files(of: commit) { try WorkflowFiles.at(commit, in: repository) }
        }
        let absolute = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: options.folder + "/"))
            .standardizedFileURL.path
        let root = folder + "/"
        return try WorkflowFiles.under(
            absolute,
            shownAs: absolute.hasPrefix(root) ? String(absolute.dropFirst(root.count)) : path
        )
    }

    /// The text of a file that a workflow of an event calls: from where the workflow itself came.
    func text(of path: String, for event: Event) throws -> String? {
        if options.workflows != nil, let text = PlainFile.text(of: "\(folder)/\(path)") { return text }
        let bytes = try repository.file(path, at: try commit(of: event))
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Places in history

    func isOn(_ ref: String) -> Bool { !ref.isEmpty && self.ref == ref }

    /// Whether the site's commit is this one, or comes after it.
    func isAfter(_ sha: String) throws -> Bool {
        guard let other = CommitID(sha), try repository.contains(other) else { return false }
        return try repository.isAncestor(other, of: commit)
    }

    func hasBranch(_ ref: String) throws -> Bool {
        try ref.hasPrefix("refs/heads/") && repository.commitOfReference(ref) != nil
    }

    // MARK: Events

    func dispatchEvent(inputs: DispatchInputs, workflow: String) throws -> Event {
        let payload = dispatchPayload(
            inputs: inputs.payload,
            ref: ref,
            workflow: workflow,
            in: payloadRepository,
            by: actor
        )
        return Event(name: "workflow_dispatch", saying: payload, ref: ref, sha: commit.hex, actor: actor)
    }

    /// An event of any name, built from the repository, with the user's payload laid over it.
    func event(_ name: String, payload given: Value?) throws -> Event {
        switch name {
        case "push": return try pushEvent(given)
        case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment":
            return try pullRequestEvent(name, given)
        case "schedule":
            return event(
                name,
                schedulePayload(cron: nil, workflow: nil, in: payloadRepository, by: actor),
                given
            )
        case "repository_dispatch":
            let built = repositoryDispatchPayload(
                eventType: nil,
                clientPayload: .object(ObjectValue([])),
                in: payloadRepository,
                by: actor
            )
            return event(name, built, given)
        case "workflow_dispatch", "workflow_call":
            throw SessionError.refused("`\(name)` is for one workflow: `flowrun dispatch WORKFLOW`")
        default:
            return event(name, plainPayload(in: payloadRepository, by: actor), given)
        }
    }

    func event(
        _ name: String,
        _ built: Value,
        _ given: Value?,
        changedPaths: [String]? = nil
    ) -> Event {
        Event(
            name: name,
            saying: given.map { built.overlaid(with: $0) } ?? built,
            ref: ref,
            sha: commit.hex,
            actor: actor,
            changedPaths: changedPaths
        )
    }

    /// A push of the commit: from its first parent, unless the payload says from where.
    private func pushEvent(_ given: Value?) throws -> Event {
        let after = try known(given?["after"]) ?? commit
        let head = try repository.commit(after)
        // A ref that was made has no commit before.
        let isNew = given?["before"].text.allSatisfy { $0 == "0" } ?? false && text(given?["before"]) != nil
        let before = isNew ? nil : try known(given?["before"]) ?? head.parents.first
        let between = try repository.commitsBetween(
            isNew ? try start(of: after) : before,
            after,
            limit: Self.mostCommits
        )
        let facts = PushFacts(
            ref: ref,
            before: before?.hex,
            after: after.hex,
            isForced: try before.map { try !repository.isAncestor($0, of: after) } ?? false,
            commits: try between.map(payloadCommit),
            head: try payloadCommit(head)
        )
        let person = PayloadPerson(name: actor, email: try repository.identity()?.email ?? "")
        let payload = pushPayload(facts, in: payloadRepository, by: person)
        return event(
            "push",
            payload,
            given,
            changedPaths: try repository.changedPaths(from: isNew ? try start(of: after) : before, to: after)
        )
    }

    /// As many commits a push tells at most, the newest (GitHub's limit).
    private static let mostCommits = 2048

    /// Where a new branch has left the default one; nil where it is not known, or is the default one.
    private func start(of commit: CommitID) throws -> CommitID? {
        guard let tip = try repository.commitOfReference("refs/heads/\(facts.defaultBranch)"), tip != commit
        else { return try repository.commit(commit).parents.first }
        return try repository.mergeBase(tip, commit)
    }

    /// What becomes of a run, for those who follow it: on the default branch as it is now.
    ///
    /// - Parameters:
    ///   - activity: `requested`, `in_progress` or `completed`.
    ///   - pushedTip: What the run left as the default branch's newest commit, where it pushed there.
    func workflowRunEvent(
        _ activity: String,
        of run: RunRecord,
        upstream: Event,
        pushedTip: String?,
        depth: Int
    ) throws -> Event {
        let branch = "refs/heads/\(facts.defaultBranch)"
        let tip = try pushedTip ?? repository.commitOfReference(branch)?.hex ?? commit.hex
        let now = Date()
        let built = workflowRunPayload(
            WorkflowRunFacts(
                action: activity,
                id: run.id,
                runNumber: run.runNumber,
                runAttempt: run.runAttempt,
                name: run.name,
                displayTitle: run.displayTitle,
                path: run.path,
                event: run.event,
                status: activity == "requested" ? "queued" : activity,
                conclusion: run.conclusion?.rawValue,
                headBranch: run.headBranch,
                headSHA: run.headSHA,
                headRepository: Self.headRepository(of: upstream),
                actor: upstream.actor,
                createdAt: run.createdAt,
                startedAt: run.startedAt,
                updatedAt: now
            ),
            in: payloadRepository
        )
        return Event(
            name: "workflow_run",
            saying: built,
            ref: branch,
            sha: tip,
            actor: actor,
            chainDepth: depth
        )
    }

    /// The fork that an event's pull request is of; those who follow its runs have secrets, and are to know.
    private static func headRepository(of upstream: Event) -> Value? {
        let head = upstream.payload["pull_request"]["head"]["repo"]
        if !head["full_name"].text.isEmpty { return head }
        return upstream.fork.map { .object(ObjectValue([("full_name", .string($0))])) }
    }

    // MARK: Facts

    var payloadRepository: PayloadRepository {
        PayloadRepository(
            fullName: facts.fullName,
            defaultBranch: facts.defaultBranch,
            serverURL: facts.serverURL,
            apiURL: facts.apiURL,
            cloneURL: facts.origin
        )
    }

    private func payloadCommit(_ info: CommitInfo) throws -> PayloadCommit {
        PayloadCommit(
            id: info.id.hex,
            treeID: info.tree.hex,
            message: info.message,
            timestamp: info.committer.time,
            utcOffset: info.committer.offset,
            author: PayloadPerson(name: info.author.name, email: info.author.email),
            committer: PayloadPerson(name: info.committer.name, email: info.committer.email)
        )
    }

    /// A commit that the payload names and the repository has.
    func known(_ value: Value?) throws -> CommitID? {
        guard let text = text(value), let id = CommitID(text), try repository.contains(id) else { return nil }
        return id
    }

    func text(_ value: Value?) -> String? {
        guard case .string(let text) = value, !text.isEmpty else { return nil }
        return text
    }
}
