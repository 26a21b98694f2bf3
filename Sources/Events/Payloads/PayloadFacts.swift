package import Expressions
package import Foundation

/// What payloads say of a repository.
package struct PayloadRepository: Sendable {
    /// The owner and the name, as in `owner/name`.
    package var fullName: String
    package var defaultBranch: String
    /// The forge's web address, `https://github.com`.
    package var serverURL: String
    package var apiURL: String
    /// Where git finds it: a URL, or a path on this machine.
    package var cloneURL: String
    package var isPrivate: Bool
    package var id: Int64

    package init(
        fullName: String,
        defaultBranch: String,
        serverURL: String = "https://github.com",
        apiURL: String = "https://api.github.com",
        cloneURL: String,
        isPrivate: Bool = true,
        id: Int64 = 1
    ) {
        self.fullName = fullName
        self.defaultBranch = defaultBranch
        self.serverURL = serverURL
        self.apiURL = apiURL
        self.cloneURL = cloneURL
        self.isPrivate = isPrivate
        self.id = id
    }

    package var owner: String { String(fullName.prefix { $0 != "/" }) }
    package var name: String { String(fullName.drop { $0 != "/" }.dropFirst()) }
    var htmlURL: String { "\(serverURL)/\(fullName)" }
    var resourceURL: String { "\(apiURL)/repos/\(fullName)" }
}

/// Who made a commit, as git says it.
package struct PayloadPerson: Sendable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// What payloads say of a commit.
package struct PayloadCommit: Sendable {
    package var id: String
    package var treeID: String
    /// Without the line ends behind it, as GitHub tells it.
    package var message: String
    package var timestamp: Date
    /// The committer's offset from UTC in seconds, which the timestamp is written with.
    package var utcOffset: Int
    package var author: PayloadPerson
    package var committer: PayloadPerson
    package var added: [String]
    package var removed: [String]
    package var modified: [String]

    package init(
        id: String,
        treeID: String,
        message: String,
        timestamp: Date,
        utcOffset: Int = 0,
        author: PayloadPerson,
        committer: PayloadPerson,
        added: [String] = [],
        removed: [String] = [],
        modified: [String] = []
    ) {
        self.id = id
        self.treeID = treeID
        let end = message.lastIndex { !$0.isNewline }.map(message.index(after:)) ?? message.startIndex
        self.message = String(message[..<end])
        self.timestamp = timestamp
        self.utcOffset = utcOffset
        self.author = author
        self.committer = committer
        self.added = added
        self.removed = removed
        self.modified = modified
    }
}

/// What `push` payloads say.
package struct PushFacts: Sendable {
    /// The full name of the ref.
    package var ref: String
    /// The ref's commit before; nil where the push made the ref.
    package var before: String?
    /// The ref's commit now; nil where the push deleted the ref.
    package var after: String?
    package var isForced: Bool
    /// The commits that are new to the ref, oldest first.
    package var commits: [PayloadCommit]
    package var head: PayloadCommit?

    package init(
        ref: String,
        before: String?,
        after: String?,
        isForced: Bool = false,
        commits: [PayloadCommit] = [],
        head: PayloadCommit?
    ) {
        self.ref = ref
        self.before = before
        self.after = after
        self.isForced = isForced
        self.commits = commits
        self.head = head
    }
}

/// What `pull_request` payloads say.
package struct PullRequestFacts: Sendable {
    /// One side of a pull request: a branch by its short name and the commit at its tip.
    package struct Side: Sendable {
        package var ref: String
        package var sha: String

        package init(ref: String, sha: String) {
            self.ref = ref
            self.sha = sha
        }
    }

    package var action: String
    package var number: Int
    package var title: String
    package var body: String?
    package var base: Side
    package var head: Side
    package var mergeCommit: String?
    package var isDraft: Bool
    package var labels: [String]
    package var commitCount: Int?
    package var changedFileCount: Int?

    package init(
        action: String = "opened",
        number: Int,
        title: String,
        body: String? = nil,
        base: Side,
        head: Side,
        mergeCommit: String? = nil,
        isDraft: Bool = false,
        labels: [String] = [],
        commitCount: Int? = nil,
        changedFileCount: Int? = nil
    ) {
        self.action = action
        self.number = number
        self.title = title
        self.body = body
        self.base = base
        self.head = head
        self.mergeCommit = mergeCommit
        self.isDraft = isDraft
        self.labels = labels
        self.commitCount = commitCount
        self.changedFileCount = changedFileCount
    }
}

/// What `workflow_run` payloads say of the run that others follow.
package struct WorkflowRunFacts: Sendable {
    /// One of `requested`, `in_progress` and `completed`.
    package var action: String
    package var id: Int64
    package var runNumber: Int
    package var runAttempt: Int
    /// The workflow's name.
    package var name: String
    package var displayTitle: String
    /// The workflow file's path in the repository.
    package var path: String
    package var event: String
    package var status: String
    package var conclusion: String?
    package var headBranch: String?
    package var headSHA: String
    package var headCommit: PayloadCommit?
    /// The repository that the commit is of, where it is a fork; the own one where it is absent.
    package var headRepository: Value?
    package var actor: String
    package var createdAt: Date
    package var startedAt: Date?
    package var updatedAt: Date

    package init(
        action: String,
        id: Int64,
        runNumber: Int,
        runAttempt: Int,
        name: String,
        displayTitle: String,
        path: String,
        event: String,
        status: String,
        conclusion: String?,
        headBranch: String?,
        headSHA: String,
        headCommit: PayloadCommit? = nil,
        headRepository: Value? = nil,
        actor: String,
        createdAt: Date,
        startedAt: Date?,
        updatedAt: Date
    ) {
        self.action = action
        self.id = id
        self.runNumber = runNumber
        self.runAttempt = runAttempt
        self.name = name
        self.displayTitle = displayTitle
        self.path = path
        self.event = event
        self.status = status
        self.conclusion = conclusion
        self.headBranch = headBranch
        self.headSHA = headSHA
        self.headCommit = headCommit
        self.headRepository = headRepository
        self.actor = actor
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.updatedAt = updatedAt
    }
}
