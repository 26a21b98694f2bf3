import Foundation

/// Where this process comes from.
package enum JobAncestry {
    /// No chain of processes is followed further.
    private static let deepest = 64

    /// Whether a process of a job of flowrun's has started this one, over however many others.
    ///
    /// A step may give what it starts an environment of its own (`env -i`): its own shell still has the job's, and where it
    /// gave up even that, it was flowrun that started it, which starts git in no other way than through a step.
    package static var isOfJob: Bool {
        let own = ProcessTable.entry(getpid())?.name
        var pid = getppid()
        for _ in 0..<deepest where pid > 1 {
            let cookie = ProcessTable.value(of: JobProcesses.variable, pid)
            guard let entry = ProcessTable.entry(pid) else { return false }
            if cookie?.hasPrefix(JobCookie.prefix) ?? false || entry.name == own { return true }
            pid = entry.parent
        }
        return false
    }
}
