import Expressions
import Foundation
import Store
import Workflows

/// Runs one job: sets it up, runs its steps in order, takes its outputs, and leaves nothing behind.
///
/// While a step's process runs the actor is free, so that a cancellation reaches it at once.
package actor JobRunner {
    let order: JobOrder
    let services: JobServices
    let recorder: JobRecorder
    let folders: JobFolders
    let masker: Masker
    let processes: JobProcesses
    let matchers = ProblemMatcherSet()
    var frame: StepFrame
    var variables: JobVariables
    /// What `defaults.run` says for all steps.
    var runDefaults: (shell: String?, folder: String?) = (nil, nil)
    /// The action of a remote repository that each reference stands for, fetched before the first step.
    var fetchedActions: [String: FetchedAction] = [:]
    /// The job's copies of the repositories that these are in, by `owner/repo@ref`.
    var actionFolders: [String: String] = [:]
    /// What actions keep for their later stages, post steps among it.
    var uses = ActionUses()
    /// The Node.js programs that were asked for their version, by path.
    var nodeVersions: [String: ToolVersion] = [:]
    /// How often masks had been added when the job was set up.
    var firstMasks = 0
    /// What each step has left, for going on from there should the job fail.
    var trail = JobTrail()
    /// Commits that were pushed, by the ref that they went to.
    var pushed: [(ref: String, commit: String)] = []
    var nextStepNumber = 1
    /// What an earlier step had and the next one may take over.
    var spareCommandFiles: StepCommandFiles?
    var spareScript: String?
    /// What a checkout of the run's own repository may have as its `origin`.
    lazy var origins = order.facts.repository.origins
    /// The step that runs now in the job's own line, for a cancellation to decide upon.
    var current: RunningStep?
    /// Steps of composite actions that run now.
    var innerSteps: [InnerStep] = []
    /// Steps that run beside that line, or did.
    var background: [BackgroundStep] = []
    /// What failed in steps that are not over yet, for a shell to be opened there.
    var failedCommands: [(step: Int, command: Command)] = []
    let backgroundPlaces = JobPlaces(BackgroundStep.most)
    /// Ends what the job waits for while it is set up.
    let setUpStop = StopSignal()
    private(set) var reason: String?
    private(set) var isForced = false
    private var watchdogs: [Watchdog] = []

    struct RunningStep {
        /// Always where it is absent.
        var condition: Condition?
        var stop: StopSignal
        var env: [(name: String, value: String)]
    }

    /// Takes a place for the job and opens its journal and log.
    ///
    /// - Throws: What keeps the job from starting at all.
    package init(_ order: JobOrder, services: JobServices) throws {
        self.order = order
        self.services = services
        let folder = services.home.run(order.facts.runID)
        try JobFolders.make(folder)
        let record = JobRecord(id: order.jobID, runID: order.facts.runID, key: order.key, name: order.name)
        recorder = try JobRecorder(
            runID: order.facts.runID,
            record: record,
            folder: folder,
            hub: services.hub
        )
        folders = try JobFolders(
            home: services.home,
            repositoryName: order.facts.repository.name,
            kept: order.resumed?.kept.place
        )
        masker = Masker()
        processes = JobProcesses(
            cookie: JobCookie.of(run: order.facts.runID, job: order.jobID, home: services.home),
            folder: folders.root,
            ownsProcess: services.isWorker
        )
        frame = StepFrame(inputs: order.facts.inputs)
        let toolbox = Toolbox(home: services.home, program: services.program)
        variables = JobVariables(
            host: order.hostEnvironment,
            added: order.addedEnvironment,
            shims: [toolbox.shims, folders.python + "/bin"]
        )
    }

    /// Runs the job to its end.
    ///
    /// Everything that can go wrong in it becomes its conclusion.
    package func run() async -> JobEnding {
        recorder.jobStarted(at: Date())
        startJobTimer()
        var isReady = false
        await internalStep("Set up job") { isReady = try await self.setUp() }
        if isReady {
            beginAgain()
            await runPreSteps()
            for (index, step) in order.definition.steps.enumerated() {
                if isForced {
                    noteEnd(before: index)
                    break
                }
                if await carry(step, at: index) { continue }
                await runJobStep(step, at: index)
                note(step, at: index)
            }
            await waitForBackgroundSteps()
            await runPostSteps()
        } else {
            for step in order.definition.steps { skipUnreached(step) }
        }
        var outputs: [(name: String, value: String)] = []
        await internalStep("Complete job") {
            let completion = try await self.complete()
            outputs = completion.outputs
            if let fault = completion.fault { throw fault }
        }
        for watchdog in watchdogs { watchdog.cancel() }
        watchdogs = []
        await services.toolkit?.jobEnded(order.jobID)
        return end(outputs)
    }

    private func end(_ outputs: [(name: String, value: String)]) -> JobEnding {
        let conclusion: Conclusion =
            switch frame.status {
            case .success: .success
            case .failure: .failure
            case .cancelled: .cancelled
            }
        var ending = JobEnding(conclusion: conclusion, reason: reason, outputs: outputs, pushed: pushed)
        let (record, fault) = recorder.jobCompleted(conclusion, reason: reason, outputs: outputs)
        ending.record = record
        if let fault {
            ending.conclusion = .failure
            ending.reason = "\(fault)"
        }
        return ending
    }

    // MARK: Cancelling

    /// Cancels the job GitHub's way: the running step ends unless its condition still holds, later ones decide for themselves.
    package func cancel(reason: String) {
        guard frame.status != .cancelled else { return }
        frame.status = .cancelled
        self.reason = reason
        setUpStop.stop(.cancelled)
        cancelInnerSteps()
        if let current, !stillHolds(current) { current.stop.stop(.cancelled) }
        stopBackgroundSteps(.cancelled)
        watchdogs.append(Watchdog(after: cancelTimeout()) { Task { await self.force() } })
    }

    /// Ends the job at once: its processes are killed, and no step that follows runs, whatever its condition.
    package func force() {
        frame.status = .cancelled
        isForced = true
        setUpStop.stop(.force)
        current?.stop.stop(.force)
        stopBackgroundSteps(.force)
    }

    private func stillHolds(_ step: RunningStep) -> Bool {
        do {
            return try step.condition?.evaluate(in: scope(env: step.env)) ?? true
        } catch {
            return false
        }
    }

    private func cancelTimeout() -> Duration {
        guard let given = order.definition.cancelTimeoutMinutes else { return .seconds(300) }
        do {
            return .seconds(60 * Int(try given.evaluate(in: jobScope())))
        } catch {
            return .seconds(300)
        }
    }

    private func startJobTimer() {
        var minutes = 360.0
        if let given = order.definition.timeoutMinutes {
            do {
                minutes = try given.evaluate(in: jobScope())
            } catch {
                recorder.annotation(Annotation(level: .error, message: error.message))
                frame.status = .failure
                return
            }
        }
        guard minutes.isFinite, minutes >= 1, minutes < 1e9 else { return }
        let limit = Int(minutes)
        watchdogs.append(Watchdog(after: .seconds(60 * limit)) { Task { await self.expire(after: limit) } })
    }

    private func expire(after minutes: Int) {
        recorder.annotation(
            Annotation(
                level: .error,
                message:
                    "The job running on runner \(RunnerFacts.name) has exceeded the maximum execution time of "
                    + "\(minutes) minutes."
            )
        )
        cancel(reason: "timed out after \(minutes) minutes")
    }

    // MARK: Steps around the workflow's own

    /// Runs one of the steps that every job has; an error in it fails the job.
    private func internalStep(_ name: String, _ body: () async throws -> Void) async {
        var step = beginStep(name)
        do {
            try await body()
            finish(&step, outcome: .success, conclusion: .success)
        } catch {
            let failure = error as? StepFailure
            let message = masker.maskedText(failure?.message ?? "\(error)")
            line("##[error]\(message)", step: step.number)
            recorder.annotation(Annotation(level: .error, message: message, step: step.number))
            if frame.status == .success { frame.status = .failure }
            let conclusion: Conclusion = failure?.isCancelled ?? false ? .cancelled : .failure
            finish(&step, outcome: conclusion, conclusion: conclusion)
        }
    }

    func beginStep(_ name: String) -> StepRecord {
        var step = beginStepQuietly(name)
        begin(&step)
        return step
    }

    func begin(_ step: inout StepRecord) {
        step.status = .inProgress
        step.startedAt = Date()
        step.logOffset = recorder.logOffset(of: step.number)
        recorder.stepStarted(step)
    }

    func finish(_ step: inout StepRecord, outcome: Conclusion, conclusion: Conclusion) {
        if let loss = recorder.log(of: step.number).takeLoss() {
            let message = "log disk full, \(loss.bytes) bytes dropped: \(loss.reason)"
            line("##[warning]\(message)", step: step.number)
            recorder.annotation(Annotation(level: .warning, message: message, step: step.number))
        }
        let now = Date()
        step.status = .completed
        step.outcome = outcome
        step.conclusion = conclusion
        step.completedAt = now
        step.durationMilliseconds = step.startedAt.map { Int((now.timeIntervalSince($0) * 1000).rounded()) }
        step.logLength = step.logOffset.flatMap { start in
            recorder.logOffset(of: step.number).map { $0 - start }
        }
        recorder.stepCompleted(step)
    }

    func line(_ text: String, step: Int) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            recorder.line(Array(masker.maskedText(String(line)).utf8), step: step)
        }
    }

    private func skipUnreached(_ step: Step) {
        var record = beginStepQuietly(step.displayName(in: nil))
        finish(&record, outcome: .skipped, conclusion: .skipped)
    }

    /// A step's record before it starts; one that is skipped never does, and is told once, as completed.
    ///
    /// A name is stored and shown as a line is: an expression may have put a secret into it.
    func beginStepQuietly(_ name: String) -> StepRecord {
        let name = masker.maskedText(name)
        let step = StepRecord(number: nextStepNumber, name: name, status: .queued)
        nextStepNumber += 1
        trail.name = name
        return step
    }
}
