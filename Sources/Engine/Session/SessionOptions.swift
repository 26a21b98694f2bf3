package import Store

/// What a command line, a hook or a schedule asks of a session.
package struct SessionOptions: Sendable {
    /// A folder in the repository to work for.
    package var folder: String
    /// `--ref`; HEAD where it is absent.
    package var ref: String?
    /// `-W`: a file or folder of this machine that is used instead of the commit's workflows.
    package var workflows: String?
    /// Runs on the working tree as it is.
    package var usesWorkingTree = false
    /// Where the snapshot of the working tree is kept while the session lasts.
    package var snapshotFolder = ""
    /// Only these jobs and what they need (`--job`); all of them where there is none.
    package var jobs: [String] = []
    package var matrix: [(key: String, value: String)] = []
    /// Given for this run; they win over stored ones.
    package var secrets: [String: String] = [:]
    package var secretSet = "default"
    package var variables: [String: String] = [:]
    /// Variables for every step (`--env`, `--env-file`).
    package var environment: [(name: String, value: String)] = []
    package var labels = RunnerLabels()
    /// The rules of deployment environments.
    package var protections = EnvironmentProtections()
    /// How many jobs run at a time (`--max-parallel`); as many as the machine has cores where it is absent.
    package var maxParallel: Int?
    /// Whether the `workflow_run` workflows that a run would start are started.
    package var cascades = true
    /// Whether pull requests of forks, as a forge tells of them, run here at all.
    package var runsForks = false
    package var hostEnvironment: [String: String]
    package var isDebugging = false

    package init(folder: String, hostEnvironment: [String: String]) {
        self.folder = folder
        self.hostEnvironment = hostEnvironment
    }
}

/// What a session asks of the local cloud before a run that uses its secret set.
package protocol LocalCloudProvider: Sendable {
    /// Called before the secrets of a set are read: the local cloud's own set needs the cloud to be up.
    func prepare(secretSet: String, store: Store) async throws

    /// Variables for the steps of a run with these secrets: none where they are not the local cloud's own.
    func environment(
        for secrets: [String: String],
        secretSet: String
    ) throws -> [(name: String, value: String)]
}

/// What kept anything from starting: the message is for the person who asked.
package enum SessionError: Error, CustomStringConvertible {
    case noRepository(String)
    case noCommit(String)
    case invalid([WorkflowFile])
    case refused(String)
    /// The session was cancelled before it knew what to run.
    case interrupted

    package var description: String {
        switch self {
        case .noRepository(let folder):
            "`\(folder)` is not in a git repository; `git init`, or `flowrun init DIR` for a project to start from"
        case .noCommit(let repository):
            "the repository `\(repository)` has no commit yet; commit something, or run with --worktree"
        case .invalid(let files):
            files.flatMap { file in file.errors.map { $0.rendered(source: file.text) } }.joined(
                separator: "\n"
            )
        case .refused(let reason): reason
        case .interrupted: "interrupted before anything was started"
        }
    }
}
