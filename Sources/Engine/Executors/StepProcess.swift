import Foundation
import Synchronization

/// One running process with all that it has started, and the stages in which it is stopped.
final class StepProcess: Sendable {
    private struct State {
        var pid: Int32?
        var ladder: Task<Void, Never>?
        var isForced = false
        var reason: StopReason?
        var unended: ExecutorError?
    }

    let exit = Promise<Result<ProcessResult.Exit, ExecutorError>>()
    private let name: String
    private let cookie: String?
    private let job: JobProcesses?
    private let timing: StopTiming
    private let notice: @Sendable (ExecutorNotice) -> Void
    private let state = Mutex(State())

    init(
        name: String,
        cookie: String?,
        job: JobProcesses?,
        timing: StopTiming,
        notice: @escaping @Sendable (ExecutorNotice) -> Void
    ) {
        self.name = name
        self.cookie = cookie
        self.job = job
        self.timing = timing
        self.notice = notice
    }

    func started(_ pid: Int32) {
        state.withLock {
            $0.pid = pid
            startLadderIfDue(&$0)
        }
    }

    func stop(_ reason: StopReason) {
        state.withLock {
            $0.reason = $0.reason ?? reason
            $0.isForced = $0.isForced || reason == .force
            startLadderIfDue(&$0)
        }
    }

    /// Returns when no stopping is under way any more.
    func stopped() async { await state.withLock { $0.ladder }?.value }

    private func startLadderIfDue(_ state: inout State) {
        guard let pid = state.pid, let reason = state.reason, state.ladder == nil else { return }
        state.ladder = Task.detached { await self.climb(pid, reason) }
    }

    /// SIGINT, SIGTERM, SIGKILL: each to every process of the step, the next one when its time is over.
    ///
    /// Once the process itself has gone, what it leaves behind is not given the time for interrupts: background
    /// jobs of a shell ignore SIGINT anyway.
    private func climb(_ pid: Int32, _ reason: StopReason) async {
        if !isForced {
            send(SIGINT, to: pid, reason)
            if await isGone(pid, within: timing.interrupt, whole: false), members(pid).isEmpty { return }
        }
        if !isForced {
            send(SIGTERM, to: pid, reason)
            if await isGone(pid, within: timing.terminate, whole: true) { return }
        }
        send(SIGKILL, to: pid, reason)
        let limit = ContinuousClock.now + timing.kill
        while !(await isGone(pid, within: .milliseconds(20), whole: true)) {
            // Whatever was born between listing and killing is found in the next pass.
            kill(pid, SIGKILL)
            guard ContinuousClock.now < limit else { return giveUp(on: pid) }
        }
    }

    /// What is left does not end: nobody waits for it any longer.
    private func giveUp(on pid: Int32) {
        let left = members(pid).first?.pid ?? pid
        let error = ExecutorError(.unkillable(pid: left), name)
        state.withLock { $0.unended = error }
        exit.give(.failure(error))
    }

    /// Why the process, or something that it started, could not be ended although the step itself may have.
    var unended: ExecutorError? { state.withLock { $0.unended } }

    private var isForced: Bool { state.withLock { $0.isForced } }

    /// Whether, before `time` is over, the process has ended and, if `whole`, nothing of the step is left.
    ///
    /// Ends early where force is asked for.
    private func isGone(_ pid: Int32, within time: Duration, whole: Bool) async -> Bool {
        let limit = ContinuousClock.now + time
        let wasForced = isForced
        var pause = Duration.milliseconds(2)
        while true {
            if exit.valueIfGiven != nil, !whole || members(pid).isEmpty { return true }
            guard ContinuousClock.now < limit, isForced == wasForced else { return false }
            // Detached from any task that could be cancelled, this sleep cannot fail.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    private func members(_ pid: Int32) -> [ProcessTable.Entry] {
        // The process itself stays in the table until it is reaped; then its number means nothing any more.
        let roots: Set<Int32> = exit.valueIfGiven == nil ? [pid] : []
        let kin = ProcessTable.Kin(sessions: [pid], roots: roots, cookie: cookie)
        return ProcessTable.now().members(of: kin).filter { !$0.isZombie }
    }

    private func send(_ signal: Int32, to pid: Int32, _ reason: StopReason) {
        notice(.sent(signal: signal, reason: reason))
        kill(pid, signal)
    }

    private func kill(_ pid: Int32, _ signal: Int32) {
        let members = members(pid)
        // The process group at once first: a shell and its foreground command get an interrupt together, as from
        // a terminal. While the process is not reaped its number can be nobody else's group.
        let hasGroup = exit.valueIfGiven == nil
        if hasGroup { Foundation.kill(-pid, signal) }
        // What has made a session of its own will be an orphan, and the job's to reap.
        for member in members { job?.started(member.session) }
        for member in members where !hasGroup || member.group != pid {
            Foundation.kill(member.pid, signal)
        }
    }
}
