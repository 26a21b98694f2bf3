package import Events
package import Expressions

/// What is true of a whole run: the event, the commit, the repository, and the numbers that the store gave it.
package struct RunFacts: Sendable, Codable {
    package var runID: Int64
    /// `github.run_id`, which stays the same when a run is run again: the id of its first attempt.
    package var firstRunID: Int64
    package var runNumber: Int
    package var runAttempt: Int
    package var event: Event
    /// The commit that the run is about.
    package var sha: String
    /// The full name of the ref, `refs/heads/main`; empty where a bare commit was asked for.
    package var ref: String
    package var repository: RepositoryFacts
    /// The workflow's `name`, else its path.
    package var workflowName: String
    /// The workflow file's path in the repository.
    package var workflowPath: String
    package var inputs: Value
    package var vars: Value
    /// What the commit's `flowrun.lock` says; nil where it has none.
    package var actionLock: ActionLock?

    package init(
        runID: Int64,
        firstRunID: Int64? = nil,
        runNumber: Int,
        runAttempt: Int,
        event: Event,
        sha: String,
        ref: String,
        repository: RepositoryFacts,
        workflowName: String,
        workflowPath: String,
        inputs: Value,
        vars: Value
    ) {
        self.runID = runID
        self.firstRunID = firstRunID ?? runID
        self.runNumber = runNumber
        self.runAttempt = runAttempt
        self.event = event
        self.sha = sha
        self.ref = ref
        self.repository = repository
        self.workflowName = workflowName
        self.workflowPath = workflowPath
        self.inputs = inputs
        self.vars = vars
    }
}

/// The repository that a run works for, as it lies on this machine and as its remote names it.
package struct RepositoryFacts: Sendable, Codable {
    /// The repository on this machine: its main working folder, or its git folder where it is bare.
    package var path: String
    /// The repository that the run's commit is read from: the same, or a snapshot of its working folder.
    package var source: String
    /// The full name, `owner/name`.
    package var fullName: String
    package var defaultBranch: String
    /// Where a job's `origin` points: the repository's own `origin`, or the repository itself where it has none.
    package var origin: String
    /// The forge's web address, `https://github.com` unless the remote is another one's.
    package var serverURL: String
    package var apiURL: String

    /// What a checkout of it may have as its `origin`.
    var origins: Set<String> {
        let web = "\(serverURL)/\(fullName)"
        let host = serverURL.split(separator: "/", maxSplits: 2).last ?? ""
        return [path, source, origin, web, "\(web).git", "git@\(host):\(fullName).git"]
    }

    package var owner: String { String(fullName.prefix { $0 != "/" }) }
    package var name: String { String(fullName.drop { $0 != "/" }.dropFirst()) }

    package init(
        path: String,
        fullName: String,
        defaultBranch: String,
        origin: String,
        serverURL: String,
        apiURL: String
    ) {
        self.path = path
        source = path
        self.fullName = fullName
        self.defaultBranch = defaultBranch
        self.origin = origin
        self.serverURL = serverURL
        self.apiURL = apiURL
    }
}
