import Foundation
import Synchronization

/// All processes of one job, to be found and ended when the job is: by the control group where there is one, else by
/// descent, session and the tracking variable in their environment, again and again until nothing is left.
package final class JobProcesses: Sendable {
    /// The variable that marks what a job has started; the name is that of GitHub's runner.
    package static let variable = "RUNNER_TRACKING_ID"

    /// What marks a server that flowrun starts for longer than a job.
    private static let serverVariable = "FLOWRUN_SERVER"

    private struct State {
        var sessions: [Int32] = []
        var steps = 0
        var group: ControlGroup?
        var bounds: PidsGroup?
        var isLive = true
    }

    /// What `variable` holds in the job's processes; those of one step have a full stop and a number after it.
    package let cookie: String
    private let ownsProcess: Bool
    /// What the job's processes have in their environment or work in, and nobody else's.
    private let folder: String?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - cookie: `flowrun_` and something unique. It names the control group, too.
    ///   - folder: The folder that is the job's alone: an orphan that works in it or has it in its environment is the
    ///     job's, even if it has dropped the tracking variable.
    ///   - ownsProcess: Whether this process runs this one job and nothing else, as a worker does. Only then can a
    ///     control group be used, and an orphan without any mark be told to be the job's.
    package convenience init(
        cookie: String = "flowrun_\(UUID().uuidString.lowercased())",
        folder: String? = nil,
        ownsProcess: Bool = false
    ) {
        self.init(
            cookie: cookie,
            folder: folder,
            ownsProcess: ownsProcess,
            group: ownsProcess ? ControlGroup.enter(named: cookie) : nil
        )
    }

    init(cookie: String, folder: String? = nil, ownsProcess: Bool, group: ControlGroup?) {
        _ = Subreaper.isSet
        LiveJobs.shared.began()
        self.cookie = cookie
        self.folder = folder
        self.ownsProcess = ownsProcess
        state = Mutex(State(group: group))
    }

    deinit {
        _ = leave()
        _ = bounds?.remove()
    }

    /// What every process of the job has in its environment.
    package var environment: [String: String] { [Self.variable: cookie] }

    /// Whether a control group holds the job.
    package var hasControlGroup: Bool { state.withLock { $0.group != nil } }

    /// Bounds how many processes and threads the job has at a time; it is for those that are started from now on.
    ///
    /// - Throws: Where this machine gives no control group for it.
    package func bound(to limit: Int) throws(ExecutorError) {
        let group = try PidsGroup.make(named: cookie, limit: limit)
        state.withLock { $0.bounds = group }
    }

    /// The group in which the job's processes are to start, if they are bounded.
    var bounds: PidsGroup? { state.withLock { $0.bounds } }

    /// How often a process of the job could not be started because of its bound.
    package var refusedStarts: Int { bounds?.refusals ?? 0 }

    /// The value for one step, or nil where the workflow has set the variable to something of its own, which is
    /// its documented way to leave a process alone until the end of the job.
    func cookie(for value: String?) -> String? {
        if let value, !value.hasPrefix("flowrun_"), !value.hasPrefix("github_") { return nil }
        return state.withLock {
            $0.steps += 1
            return "\(cookie).\($0.steps)"
        }
    }

    /// Notes a session that belongs to the job, such as that of a process that has just been started.
    package func started(_ session: Int32) { state.withLock { $0.sessions.append(session) } }

    /// Ends all that is left of the job and gives what was found running.
    ///
    /// Takes at most about two seconds. Nothing may be run for the job afterwards.
    package func sweep() async -> [RunningProcess] {
        // What a step leaves behind is adopted by this process or is below one that was: without any child there is
        // nothing to look for, and reading all of /proc would take longer than a short job.
        if Subreaper.isSet, !hasControlGroup, bounds == nil, Self.hasNoChild {
            _ = leave()
            return []
        }
        return await Self.onThread { self.sweepNow() }
    }

    /// Ends what a job of a process that has died left behind; it was marked with `cookie`.
    package static func sweep(cookie: String) async -> [RunningProcess] {
        await onThread {
            var ended = Ended()
            if let bounds = PidsGroup.left(named: cookie) {
                endAll(in: bounds, &ended)
            }
            if let group = ControlGroup.left(named: cookie) {
                endAll(of: group, &ended)
            }
            repeatUntilEmpty {
                let found = ProcessTable.now().members(of: .init(cookie: cookie)).filter { !$0.isZombie }
                for entry in found { ended.kill(entry) }
                return found.isEmpty
            }
            return ended.list
        }
    }

    /// Counts this job among the live ones no more.
    ///
    /// - Returns: The time in which an orphan without any mark must have begun to be this job's, or that of another one
    ///   that has ended; nil where it could be that of a job that goes on.
    private func leave() -> LiveJobs.Era? {
        let wasLive = state.withLock { state in
            defer { state.isLive = false }
            return state.isLive
        }
        return wasLive ? LiveJobs.shared.ended() : nil
    }

    private func sweepNow() -> [RunningProcess] {
        var ended = Ended()
        let era = leave()
        let (group, bounds) = state.withLock { state in
            defer { (state.group, state.bounds) = (nil, nil) }
            return (state.group, state.bounds)
        }
        // First, as nothing can be started there any more.
        if let bounds { Self.endAll(in: bounds, &ended) }
        if let group, group.leave() { Self.endAll(of: group, &ended) }
        if Subreaper.isSet, Self.hasNoChild { return ended.list }
        Self.repeatUntilEmpty {
            let found = leftovers(of: era)
            for entry in found.living { ended.kill(entry) }
            // These have no other parent than us any more, and nobody waits for them.
            for zombie in found.zombies { waitpid(zombie.pid, nil, WNOHANG) }
            return found.living.isEmpty
        }
        return ended.list
    }

    private static var hasNoChild: Bool {
        var info = siginfo_t()
        return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD
    }

    private func leftovers(
        of era: LiveJobs.Era?
    ) -> (living: [ProcessTable.Entry], zombies: [ProcessTable.Entry]) {
        let table = ProcessTable.now()
        let own = getpid()
        let ownSession = getsid(0)
        let sessions = Set(state.withLock { $0.sessions })
        // Every step has left our session at its start, so an adopted process of a job is never in it, while
        // children that other code of ours waits for are.
        let adopted = table.entries.filter { $0.parent == own && $0.session != ownSession }
        let unmarked = adopted.filter { entry in
            // Asked first: what somebody waited for then may be gone and unknown by the time that the rest is looked at.
            if ChildRegistry.shared.mayAwait(entry.pid) { return false }
            return ownsProcess || folder.map { ProcessTable.uses($0, entry.pid) } ?? false
                || era.map { Self.isOrphan(entry.pid, of: $0) } ?? false
        }
        let kin = ProcessTable.Kin(sessions: sessions, roots: Set(unmarked.map(\.pid)), cookie: cookie)
        let found = table.members(of: kin)
        // A process outside the known sessions has made its own; what lives on in that is the job's as well.
        let known = state.withLock { state in
            state.sessions += found.map(\.session).filter { $0 != ownSession && $0 != 0 }
            return state.sessions
        }
        let orphans = adopted.filter { known.contains($0.session) && !ChildRegistry.shared.awaits($0.pid) }
        return (found.filter { !$0.isZombie }, (orphans + unmarked).filter(\.isZombie))
    }

    /// Whether a child of ours that has left our session and that nobody waits for was begun by the jobs of an era.
    ///
    /// A server of flowrun's own, such as the local cloud, outlives the job that needed it; it says so.
    private static func isOrphan(_ pid: Int32, of era: LiveJobs.Era) -> Bool {
        guard let start = ProcessTable.startTicks(of: pid) else { return false }
        return start >= era.start && start < LiveJobs.shared.end(of: era)
            && !ProcessTable.has(serverVariable, pid)
    }

    /// Kills a group and waits until it is empty, which the kernel sees to, and removes it.
    private static func endAll(of group: ControlGroup, _ ended: inout Ended) {
        let found = group.pids
        guard !found.contains(getpid()) else { return }
        for pid in found {
            if let entry = ProcessTable.entry(pid), !entry.isZombie { ended.note(entry) }
        }
        if !found.isEmpty { group.kill() }
        let limit = ContinuousClock.now + .seconds(1)
        while !group.remove(), ContinuousClock.now < limit { usleep(1000) }
    }

    /// Kills all that is in a bounded group and removes it, which the kernel lets happen a moment after the last has gone.
    private static func endAll(in bounds: PidsGroup, _ ended: inout Ended) {
        bounds.close()
        let limit = ContinuousClock.now + .seconds(5)
        repeat {
            for pid in bounds.pids {
                if let entry = ProcessTable.entry(pid), !entry.isZombie { ended.kill(entry) }
            }
            if bounds.remove() { return }
            usleep(1000)
        } while ContinuousClock.now < limit
    }

    /// Two empty passes in a row are needed: a process can be born between listing and killing.
    private static func repeatUntilEmpty(_ pass: () -> Bool) {
        let limit = ContinuousClock.now + .seconds(2)
        var emptyPasses = 0
        while emptyPasses < 2, ContinuousClock.now < limit {
            emptyPasses = pass() ? emptyPasses + 1 : 0
            usleep(emptyPasses == 0 ? 5000 : 1000)
        }
    }

    private static func onThread(_ work: @escaping @Sendable () -> [RunningProcess]) async -> [RunningProcess]
    {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }

    /// What a sweep has ended, each process once.
    private struct Ended {
        private(set) var list: [RunningProcess] = []
        private var seen: Set<Int32> = []

        mutating func note(_ entry: ProcessTable.Entry) {
            if seen.insert(entry.pid).inserted { list.append(entry.running) }
        }

        mutating func kill(_ entry: ProcessTable.Entry) {
            note(entry)
            Foundation.kill(entry.pid, SIGKILL)
        }
    }
}
