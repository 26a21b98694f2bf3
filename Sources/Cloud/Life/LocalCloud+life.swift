import Foundation
import Serving

extension LocalCloud {
    /// Whether the server is there; asks it, for at most two seconds.
    package func status() throws -> CloudStatus {
        guard try FileLock.isHeld(folder.lock) else { return .stopped }
        if let state = try folder.state(), let health = try health(state) {
            return .running(pid: health.pid, endpoints: CloudEndpoints(port: state.port))
        }
        return .notAnswering(pid: try FileLock.signature(folder.lock))
    }

    /// The server's addresses; starts it where it is not there.
    package func ensureUp(executable: String) async throws -> CloudEndpoints {
        if case .running(_, let endpoints) = try await offPool({ try status() }) { return endpoints }
        return try await up(executable: executable)
    }

    /// Starts the server as a process that outlives this one and its terminal, and waits until it answers.
    ///
    /// Where it runs already that is all right: of any number of callers at once, one starts it.
    ///
    /// - Parameter executable: The path of flowrun itself, called as `flowrun cloud serve --folder FOLDER`.
    /// - Returns: Where the server answers.
    /// - Throws: `CloudError` where it ends at once or does not answer in time, with the end of its log.
    package func up(executable: String) async throws -> CloudEndpoints {
        try await up(
            executable: executable,
            arguments: ["cloud", "serve", "--folder", folder.path],
            patience: .seconds(20)
        )
    }

    func up(executable: String, arguments: [String], patience: Duration) async throws -> CloudEndpoints {
        _ = try await offPool { try folder.prepare() }
        let change = try await lockForChange(patience: patience + .seconds(5))
        defer { withExtendedLifetime(change) {} }

        var deadline = ContinuousClock.now + patience
        var server: ServerProcess?
        while true {
            switch try await offPool({ try status() }) {
            case .running(_, let endpoints):
                return endpoints
            case .notAnswering(let pid) where ContinuousClock.now > deadline:
                server?.terminate()
                throw CloudError(.doesNotAnswer(pid: pid), folder.path, detail: try logTail())
            case .notAnswering:
                break  // It is about to, whoever started it.
            case .stopped:
                if let status = server?.exitStatus {
                    throw CloudError(.didNotStart(status: status), folder.path, detail: try logTail())
                }
                if let server, ContinuousClock.now > deadline {
                    server.terminate()
                    throw CloudError(.doesNotAnswer(pid: server.pid), folder.path, detail: try logTail())
                }
                if server == nil {
                    server = try ServerProcess(executable: executable, arguments: arguments, log: folder.log)
                    deadline = ContinuousClock.now + patience
                }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Ends the server and waits until it is gone; nothing happens where there is none.
    package func down() async throws {
        try await down(patience: .seconds(10))
    }

    func down(patience: Duration) async throws {
        guard try FileLock.isHeld(folder.lock) else { return }
        let change = try await lockForChange(patience: patience + .seconds(25))
        defer { withExtendedLifetime(change) {} }
        // The second signal cannot be ignored: it only waits for a busy machine.
        for (signal, patience) in [(SIGTERM, patience), (SIGKILL, .seconds(10))] {
            // The number is its own for as long as it holds the lock: no other process can be hit.
            guard try FileLock.isHeld(folder.lock) else { return }
            guard let pid = try FileLock.signature(folder.lock), pid > 1 else {
                throw CloudError(.doesNotStop(pid: nil), folder.path, detail: "it left no process number")
            }
            guard kill(pid, signal) == 0 || errno == ESRCH else {
                throw CloudError.system("end process \(pid) of", folder.path)
            }
            let deadline = ContinuousClock.now + patience
            while ContinuousClock.now < deadline {
                guard try FileLock.isHeld(folder.lock) else { return }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        throw CloudError(
            .doesNotStop(pid: try FileLock.signature(folder.lock)),
            folder.path
        )
    }

    private func health(_ state: CloudState) throws -> Health? {
        guard let instance = state.instance,
            let body = try LocalPort.get("/healthz", port: state.port, seconds: 2),
            let health = try? JSONDecoder().decode(Health.self, from: body), health.instance == instance
        else { return nil }  // Nobody, or somebody else, answers at this port.
        return health
    }

    private func lockForChange(patience: Duration) async throws -> FileLock {
        let deadline = ContinuousClock.now + patience
        while true {
            if let lock = try FileLock.attempt(folder.changeLock) { return lock }
            guard ContinuousClock.now < deadline else {
                throw CloudError(
                    .doesNotAnswer(pid: nil),
                    folder.path,
                    detail: "another process is starting or stopping it"
                )
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private func logTail() throws -> String? {
        guard let log = try Folder.read(folder.log), !log.isEmpty else { return nil }
        let lines = String(decoding: log.suffix(4096), as: UTF8.self).split(separator: "\n").suffix(5)
        return "its log \(folder.log) ends in\n" + lines.joined(separator: "\n")
    }
}
