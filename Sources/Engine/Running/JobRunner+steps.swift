import Expressions
import Foundation
import Store
import Workflows
import YAML

/// Why a step failed, in the words of its error annotation.
struct StepFailure: Error {
    var message: String
    /// Whether the step was ended from outside rather than by a fault of its own.
    var isCancelled = false
    /// The outputs are kept even though the step failed.
    var outputs: [(name: String, value: String)] = []
    /// How its process ended, where one did.
    var exit: ProcessResult.Exit?

    init(_ message: String, isCancelled: Bool = false) {
        self.message = message
        self.isCancelled = isCancelled
    }
}

/// A step of the job whose condition holds, and what it starts from.
struct StepStart {
    var step: Step
    var record: StepRecord
    var env: [(name: String, value: String)]
    var github: GitHubContext
    var frame: StepFrame
    var work = StepWork.main
    /// How its condition came out, where debug lines are wanted.
    var trace: [String] = []
}

/// What an action or script leaves when it ends.
struct StepEnding {
    var outcome: Conclusion
    var outputs: [(name: String, value: String)] = []
    /// For later stages of the same action.
    var state: [(name: String, value: String)] = []
    /// How its process ended, where it is a script's.
    var exit: ProcessResult.Exit?
}

extension JobRunner {
    /// Runs one step of the job itself; a background step is only started.
    func runJobStep(_ step: Step, at index: Int) async {
        switch step.action {
        case .run, .uses:
            guard let start = prepare(step) else { return }
            if step.isBackground { startAside(start, at: index) } else { await runInLine(start) }
        case .wait(let targets): await wait(for: targets.map(\.value), as: step)
        case .cancel(let target): await callOff(target.value, as: step)
        case .parallel(let steps): await runInParallel(steps, at: index)
        }
    }

    /// Evaluates a step's variables and condition.
    ///
    /// - Returns: What it starts from; nil where it is skipped or has failed at that, which is recorded then.
    func prepare(_ step: Step, as work: StepWork = .main) -> StepStart? {
        var github = githubContext()
        github.action = step.id
        let env: [(name: String, value: String)]
        do {
            env = try evaluatedEnv(of: step, frame: frame, github: github)
        } catch {
            // Evaluated before the condition, so a fault in it fails the step whatever its `if` says.
            failEarly(step, as: work, error, name: work.name(of: step, in: nil))
            return nil
        }
        let scope = scope(env: env, github: github)
        let name = work.name(of: step, in: scope)
        let traced = order.isDebugging ? work.condition(of: step) : nil
        let trace = traced.map { ConditionTrace.lines(of: $0, in: scope) } ?? []
        do {
            guard try work.condition(of: step)?.evaluate(in: scope) ?? true else {
                var record = beginStepQuietly(name)
                for text in trace { line(text, step: record.number) }
                finish(&record, outcome: .skipped, conclusion: .skipped)
                remember(StepResult(outcome: .skipped, conclusion: .skipped), for: step, as: work)
                return nil
            }
        } catch {
            let failure = StepFailure("The step's condition failed: \(error.message)")
            failEarly(step, as: work, failure, name: name)
            return nil
        }
        return StepStart(
            step: step,
            record: beginStepQuietly(name),
            env: env,
            github: github,
            frame: frame,
            work: work,
            trace: trace
        )
    }

    func runInLine(_ start: StepStart) async {
        let stop = StopSignal()
        let condition = start.work.condition(of: start.step)
        current = RunningStep(condition: condition, stop: stop, env: start.env)
        let result = await complete(start, stop: stop) { self.current = nil }
        remember(result, for: start.step, as: start.work)
        if result.conclusion == .failure, frame.status == .success { frame.status = .failure }
    }

    /// Runs a step whose condition holds, from its start to the end of its record.
    ///
    /// - Parameter ended: Called once what it does has ended.
    func complete(
        _ start: StepStart,
        stop: StopSignal,
        ended: () -> Void = {}
    ) async -> StepResult {
        let step = start.step
        var record = start.record
        begin(&record)
        for text in start.trace { line(text, step: record.number) }
        var ending = await perform(
            step,
            as: start.work,
            in: start.frame,
            env: start.env,
            github: start.github,
            stop: stop,
            number: record.number
        )
        ended()
        if ending.outcome == .failure, stop.reason == .cancelled { ending.outcome = .cancelled }
        let conclusion = tolerated(step, ending.outcome, in: scope(after: ending, of: start))
        if conclusion == .failure, stop.reason == nil {
            await showFailure(of: record.name, number: record.number)
        }
        await collectReports(step: record.number)
        switch ending.exit {
        case .exited(let code): record.exitCode = Int(code)
        case .signalled(let signal): record.signal = Int(signal)
        case nil: break
        }
        finish(&record, outcome: ending.outcome, conclusion: conclusion)
        return StepResult(outcome: ending.outcome, conclusion: conclusion, outputs: ending.outputs)
    }

    /// `continue-on-error` acts on failures only; a fault in evaluating it counts as false.
    func tolerated(_ step: Step, _ outcome: Conclusion, in scope: Scope) -> Conclusion {
        guard outcome == .failure, let given = step.continueOnError else { return outcome }
        do {
            return try given.evaluate(in: scope) ? .success : .failure
        } catch {
            return .failure
        }
    }

    /// What a step's `continue-on-error` sees: its own outputs too, which are taken by then.
    private func scope(after ending: StepEnding, of start: StepStart) -> Scope {
        scope(
            env: start.env,
            frame: frame.knowing(ending.outputs, of: start.step),
            github: start.github
        )
    }

    /// A step whose variables or condition cannot be evaluated has not run: `continue-on-error` has no say in it.
    private func failEarly(_ step: Step, as work: StepWork, _ failure: StepFailure, name: String) {
        var record = beginStep(name)
        report(failure, step: record.number)
        remember(StepResult(outcome: .failure, conclusion: .failure), for: step, as: work)
        if frame.status == .success { frame.status = .failure }
        finish(&record, outcome: .failure, conclusion: .failure)
    }

    /// The `steps` context has the result of a step itself, not of what its action does before or after it.
    func remember(_ result: StepResult, for step: Step, as work: StepWork = .main) {
        if work.isMain { trail.result = result }
        if work.isMain, step.hasExplicitID { frame.record(result, for: step.id) }
    }

    func report(_ failure: StepFailure, step number: Int) {
        let message = masker.maskedText(failure.message)
        line("##[error]\(message)", step: number)
        recorder.annotation(Annotation(level: .error, message: message, step: number))
    }

    func evaluatedEnv(
        of step: Step,
        frame: StepFrame,
        github: GitHubContext
    ) throws(StepFailure) -> [(name: String, value: String)] {
        guard let env = step.env else { return [] }
        do {
            return try env.evaluate(in: scope(env: [], frame: frame, github: github))
        } catch {
            throw StepFailure("The step's env failed: \(error.message)")
        }
    }

    // MARK: Performing

    /// Runs what a step does, within its time limit.
    ///
    /// Faults become annotations and a failed outcome.
    func perform(
        _ step: Step,
        as work: StepWork = .main,
        in frame: StepFrame,
        env: [(name: String, value: String)],
        github: GitHubContext,
        stop: StopSignal,
        number: Int
    ) async -> StepEnding {
        let scope = scope(env: env, frame: frame, github: github)
        let limit = timeLimit(of: step, in: scope, number: number)
        do {
            let timer = Self.timer(minutes: limit, stop: stop)
            defer { timer?.cancel() }
            let call = StepCall(
                step: step,
                env: env,
                frame: frame,
                scope: scope,
                github: github,
                stop: stop,
                number: number
            )
            let ending: StepEnding =
                switch (work, step.action) {
                case (.pre(let action), _): try await runPre(of: action, call)
                case (.post(let post), _): try await runPost(post, call)
                case (.main, .run(let script)):
                    try await run(
                        script,
                        env: env,
                        frame: frame,
                        scope: scope,
                        github: github,
                        stop: stop,
                        number: number
                    )
                case (.main, .uses(let reference, _)): try await use(reference, call)
                case (.main, .wait), (.main, .cancel), (.main, .parallel):
                    throw StepFailure("steps of this kind cannot stand in a composite action")
                }
            if stop.reason == .timedOut { throw StepFailure("") }
            return ending
        } catch let failure as StepFailure {
            // How it ended does not matter then.
            let isLate = stop.reason == .timedOut
            report(isLate ? Self.timeout(of: step, in: scope, limit, frame) : failure, step: number)
            let isCancelled = failure.isCancelled && self.frame.status == .cancelled
            return StepEnding(
                outcome: isCancelled ? .cancelled : .failure,
                outputs: failure.outputs,
                exit: failure.exit
            )
        } catch let diagnostic as Diagnostic {
            report(StepFailure(diagnostic.message), step: number)
            return StepEnding(outcome: .failure)
        } catch {
            report(StepFailure("\(error)"), step: number)
            return StepEnding(outcome: .failure)
        }
    }

    /// In GitHub's words; a step of a composite action may be ended by the limit of the one around it.
    private static func timeout(
        of step: Step,
        in scope: Scope,
        _ minutes: Double,
        _ frame: StepFrame
    ) -> StepFailure {
        guard minutes >= 1 else { return StepFailure("The action has timed out.") }
        let kind = frame.aside == nil || frame.action != nil ? "action" : "background step"
        return StepFailure(
            "The \(kind) '\(step.displayName(in: scope))' has timed out after \(Int(minutes)) minutes."
        )
    }

    /// The minutes that a step may take: where they cannot be evaluated the step is told so, and has no limit.
    private func timeLimit(of step: Step, in scope: Scope, number: Int) -> Double {
        do {
            return try step.timeoutMinutes?.evaluate(in: scope) ?? 0
        } catch {
            report(
                StepFailure("An error occurred when attempting to determine the step timeout."),
                step: number
            )
            report(
                StepFailure("The step's timeout-minutes failed, so it has no limit: \(error.message)"),
                step: number
            )
            return 0
        }
    }

    /// Fractions of a minute are cut off, and zero is no limit, as on GitHub.
    private static func timer(minutes: Double, stop: StopSignal) -> Watchdog? {
        guard minutes.isFinite, minutes >= 1, minutes < 1e9 else { return nil }
        return Watchdog(after: .seconds(60 * Int(minutes))) { stop.stop(.timedOut) }
    }

    private func collectReports(step number: Int) async {
        guard let reports = services.reports else { return }
        let masker = masker
        do {
            let lines = try reports.collect(
                from: reportFolder,
                facts: order.facts,
                jobID: order.jobID,
                mask: { masker.maskedText($0) }
            )
            for text in lines { line(text, step: number) }
        } catch {
            report(StepFailure("the report could not be kept: \(error)"), step: number)
        }
    }

    /// Where `cml` leaves its reports: in the run's own folder.
    var reportFolder: String { services.home.run(order.facts.runID) + "/reports" }
}
