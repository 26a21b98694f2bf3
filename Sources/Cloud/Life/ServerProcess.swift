import Foundation

/// A server started in a session of its own: no terminal, no open files and no secrets of its starter's.
final class ServerProcess: Sendable {
    let pid: pid_t
    private let status = Locked<Int32?>(nil)

    /// Lets the log start anew above this size; the last one is kept beside it.
    private static let longestLog: Int64 = 1 << 20
    /// Tells a runner that the server stays, however it came to be an orphan of that.
    private static let mark = "FLOWRUN_SERVER"
    /// What the server needs of its starter's environment.
    ///
    /// A job's marks, by which a runner finds what its job left behind, are not among it: the server is not the
    /// job's.
    private static let inherited = ["HOME", "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR"]

    init(executable: String, arguments: [String], log: String) throws(CloudError) {
        try ServerProcess.turnOver(log)
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        #if canImport(Darwin)
        let ownSession = Int32(POSIX_SPAWN_SETSID) | Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #else
        let ownSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which Glibc shows to GNU sources only.
        for descriptor in try Folder.names(in: "/proc/self/fd").compactMap({ CInt($0) }) where descriptor > 2
        {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        #endif
        let flags = ownSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        var ignored = sigset_t()
        sigfillset(&ignored)
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        let given = ProcessInfo.processInfo.environment
        let environment =
            ServerProcess.inherited.compactMap { name in given[name].map { "\(name)=\($0)" } }
            + ["\(ServerProcess.mark)=cloud"]
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, executable, &actions, &attributes, &words, &settings)
        guard result == 0 else { throw CloudError(.system(operation: "start", code: result), executable) }
        self.pid = pid

        let status = status
        let child = pid
        // Waits for its end, however long this process lives on, and so leaves no zombie.
        Thread.detachNewThread {
            var result: Int32 = 0
            while waitpid(child, &result, 0) < 0 && errno == EINTR {}
            let exit = result & 0x7F == 0 ? (result >> 8) & 0xFF : 128 + (result & 0x7F)
            status.withLock { $0 = exit }
        }
    }

    /// The status with which it ended (128 and the signal's number for a signal), nil while it runs.
    var exitStatus: Int32? { status.withLock { $0 } }

    func terminate() {
        if exitStatus == nil { kill(pid, SIGKILL) }
    }

    private static func turnOver(_ log: String) throws(CloudError) {
        do throws(CloudError) {
            guard try OpenFile(path: log, flags: O_RDONLY).size() > longestLog else { return }
        } catch  where error.code == ENOENT {
            return
        }
        try Folder.move(log, to: log + ".1")
    }
}
