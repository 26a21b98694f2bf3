import Foundation
package import Store

/// Sees to it that one daemon works for a state folder.
///
/// A lock that the system takes back whatever ends the process: a number that is left behind means nothing.
package final class DaemonLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `DaemonError.inUse` where another one works for the folder.
    package init(home: FlowrunHome) throws {
        try home.make(home.path)
        let path = Self.path(home)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DaemonError.notPossible(path, String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DaemonError.inUse(Self.holder(home))
        }
        // What one before it has said is no longer so.
        ftruncate(descriptor, 0)
    }

    deinit { close(descriptor) }

    /// Says who works, and where it answers.
    package func say(_ facts: DaemonFacts) throws {
        let words = Array("\(facts.pid) \(facts.address)\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, words, words.count, 0) == words.count else {
            throw DaemonError.notPossible("daemon.lock", String(cString: strerror(errno)))
        }
    }

    /// The daemon of a state folder; nil where none works.
    package static func running(in home: FlowrunHome) -> DaemonFacts? {
        let descriptor = open(path(home), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return holder(home) ?? DaemonFacts(pid: 0, address: "")
    }

    private static func holder(_ home: FlowrunHome) -> DaemonFacts? {
        guard let data = FileManager.default.contents(atPath: path(home)) else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = Int32(words[0]) else { return nil }
        return DaemonFacts(pid: pid, address: String(words[1]))
    }

    private static func path(_ home: FlowrunHome) -> String { home.path + "/daemon.lock" }
}

/// Which process a daemon is, and where it answers (`127.0.0.1:8686`).
package struct DaemonFacts: Sendable, Equatable {
    package var pid: Int32
    package var address: String

    package init(pid: Int32, address: String) {
        self.pid = pid
        self.address = address
    }
}

/// Why a daemon cannot work.
package enum DaemonError: Error, CustomStringConvertible {
    case inUse(DaemonFacts?)
    case notPossible(String, String)
    case notListening(String, String)

    package var description: String {
        switch self {
        case .inUse(let facts):
            "the store is in use by the daemon with the process id \(facts.map { "\($0.pid)" } ?? "?"); see `flowrun daemon status`"
        case .notPossible(let what, let why): "`\(what)`: \(why)"
        case .notListening(let address, let why):
            "nothing can answer at `\(address)`: \(why); give another HOST:PORT with --listen"
        }
    }
}
