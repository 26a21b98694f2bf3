package import Store

/// What a job needs from the rest of the house, handed in by whoever runs it.
package struct JobServices: Sendable {
    package var home: FlowrunHome
    package var hub: EventHub
    /// Where artifacts and caches are kept.
    package var store: Store
    /// Takes up the reports that `cml` leaves; absent where nobody keeps them.
    package var reports: (any ReportSink)?
    /// Where actions of other repositories come from, tried in order; `{owner}` and `{repo}` are filled in.
    package var actionSources: [String]
    /// Whether the well-known actions that flowrun has an implementation of are served by it.
    package var usesBuiltInActions: Bool
    /// Whether actions are refused that `flowrun.lock` does not have.
    package var isLocked = false
    /// Whether actions are fetched from this machine alone.
    package var isOffline = false
    /// The path of the flowrun program itself, for the shims that steps call.
    package var program: String
    package var pythonInstaller: PythonInstaller
    /// Absent unless somebody wants to look around where a step fails.
    package var failureShell: (any FailureShell)?
    /// Artifacts, caches and tokens for actions; absent where there are none to be had.
    package var toolkit: (any ToolkitServices)?
    /// Of so many jobs that failed, the newest, the workspaces are kept for `run resume`.
    package var keptWorkspaces = 5
    /// So many processes and threads may each job have at a time.
    package var processLimit: Int?
    /// Where jobs are run.
    package var placement: any JobPlacement = OwnProcess()
    /// Whether this process runs one job and nothing else.
    package var isWorker = false

    package init(
        home: FlowrunHome,
        hub: EventHub,
        store: Store,
        reports: (any ReportSink)?,
        actionSources: [String],
        usesBuiltInActions: Bool,
        program: String,
        pythonInstaller: PythonInstaller,
        failureShell: (any FailureShell)? = nil,
        toolkit: (any ToolkitServices)? = nil
    ) {
        self.home = home
        self.hub = hub
        self.store = store
        self.reports = reports
        self.actionSources = actionSources
        self.usesBuiltInActions = usesBuiltInActions
        self.program = program
        self.pythonInstaller = pythonInstaller
        self.failureShell = failureShell
        self.toolkit = toolkit
    }
}

/// What answers `pip install` in a job's own Python.
package enum PythonInstaller: String, Sendable, Codable {
    case pip
    case uv
}

/// Where the reports of a job go when the step that made them has ended.
package protocol ReportSink: Sendable {
    /// Takes up what was left in a folder since the last time, and gives lines for the job's log.
    ///
    /// `mask` hides the job's secrets in a text.
    func collect(
        from folder: String,
        facts: RunFacts,
        jobID: Int64,
        mask: @Sendable (String) -> String
    ) throws -> [String]

    /// A run has ended: its reports are tied to the commits that it is about and that it pushed.
    func runCompleted(_ run: RunRecord, pushed: [String]) throws
}
