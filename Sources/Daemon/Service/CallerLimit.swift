import Foundation

/// How many callers have a connection to the daemon at a time, while the others wait.
enum CallerLimit {
    /// What the limit of open files leaves: where descriptors ran out, the system would say again and again that somebody
    /// calls, and the jobs would have none for their files.
    static var here: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        let all = Int(min(limit.rlim_cur, 4096))
        // A daemon with the usual limit has enough for its own files and for callers that only hold their connection.
        return all >= 1024 ? all - 384 : max(4, all / 4)
    }
}
