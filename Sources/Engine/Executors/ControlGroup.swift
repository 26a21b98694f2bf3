import Foundation

/// A control group of version 2 that holds one job: killing it misses nothing, whatever a process did to its
/// session, its parents or its environment.
struct ControlGroup: Sendable {
    let path: String
    /// Where this process was before it entered.
    private let home: String

    /// Makes the group and moves this process into it, so that every child starts there.
    ///
    /// Nil where there is none to be had: no version 2 hierarchy, or not writable.
    static func enter(named name: String) -> ControlGroup? {
        guard let home = ownGroup() else { return nil }
        let path = "\(home)/\(name)"
        guard mkdir(path, 0o755) == 0 else { return nil }
        let group = ControlGroup(path: path, home: home)
        guard access("\(path)/cgroup.kill", W_OK) == 0, write("\(getpid())", to: "\(path)/cgroup.procs")
        else {
            rmdir(path)
            return nil
        }
        return group
    }

    /// The group that a process which is gone has left, if it has.
    static func left(named name: String) -> ControlGroup? {
        for root in roots {
            let homes = [root, ownGroup()].compactMap { $0 }
            for home in homes where access("\(home)/\(name)/cgroup.kill", W_OK) == 0 {
                return ControlGroup(path: "\(home)/\(name)", home: home)
            }
        }
        return nil
    }

    /// Moves this process back to where it was.
    func leave() -> Bool { Self.write("\(getpid())", to: "\(home)/cgroup.procs") }

    /// The processes in it.
    var pids: [Int32] {
        guard let bytes = FileManager.default.contents(atPath: "\(path)/cgroup.procs") else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
    }

    func kill() { _ = Self.write("1", to: "\(path)/cgroup.kill") }

    /// Removes the group, which works once it is empty.
    func remove() -> Bool { rmdir(path) == 0 }

    private static let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].filter {
        access("\($0)/cgroup.procs", F_OK) == 0 && access("\($0)/cgroup.controllers", F_OK) == 0
    }

    private static func ownGroup() -> String? {
        guard let root = roots.first, let bytes = FileManager.default.contents(atPath: "/proc/self/cgroup")
        else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("0::") }) else { return nil }
        let path = line.dropFirst(3)
        return path == "/" ? root : root + path
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Foundation.write(file, text, text.utf8.count) == text.utf8.count
    }
}
