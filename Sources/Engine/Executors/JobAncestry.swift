import Foundation

/// Where this process comes from.
package enum JobAncestry {
    /// No chain of processes is followed further.
    private static let deepest = 64

    /// Whether a process of a job of flowrun's has started this one, over however many others.
    ///
    /// A step may give what it starts an environment of its own (`env -i`); its own shell still has the job's.
    package static var isOfJob: Bool {
        var pid = getppid()
        for _ in 0..<deepest where pid > 1 {
            if ProcessTable.value(of: JobProcesses.variable, pid)?.hasPrefix(JobCookie.prefix) == true {
                return true
            }
            guard let parent = ProcessTable.entry(pid)?.parent else { return false }
            pid = parent
        }
        return false
    }
}
