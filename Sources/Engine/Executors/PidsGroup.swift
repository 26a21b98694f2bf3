import Foundation

/// A control group that bounds how many processes and threads there are in it: of version 1 where that has the `pids`
/// controller on this machine, else of version 2 where it is delegated to us.
///
/// What is in it, and all that this starts, cannot leave it again without rights over the group above.
package struct PidsGroup: Sendable {
    let path: String

    /// Whether one can be made here.
    ///
    /// - Throws: Why not.
    package static func check() throws(ExecutorError) {
        _ = try make(named: "flowrun_check-\(UUID().uuidString.lowercased())", limit: 1).remove()
    }

    /// Makes the group below the one that this process is in, or near it.
    static func make(named name: String, limit: Int) throws(ExecutorError) -> PidsGroup {
        var refusal: ExecutorError?
        for parent in PidsHierarchy.parents() {
            let group = PidsGroup(path: "\(parent)/\(name).pids")
            // One that is there already was left by a flowrun that died.
            guard mkdir(group.path, 0o755) == 0 || errno == EEXIST, group.write("\(limit)", to: "pids.max"),
                access("\(parent)/cgroup.procs", W_OK) == 0, access(group.entry, W_OK) == 0
            else {
                refusal = ExecutorError(.limitUnusable, parent, cause: String(cString: strerror(errno)))
                rmdir(group.path)
                continue
            }
            return group
        }
        throw refusal
            ?? ExecutorError(
                .limitUnusable,
                "/sys/fs/cgroup",
                cause:
                    "no `pids` controller is there for this process; as a service, `Delegate=pids` gives it one"
            )
    }

    /// The group that a process which is gone has left, if it has.
    static func left(named name: String) -> PidsGroup? {
        PidsHierarchy.parents().map { PidsGroup(path: "\($0)/\(name).pids") }
            .first { access($0.entry, F_OK) == 0 }
    }

    /// The file through which a process enters.
    var entry: String { "\(path)/cgroup.procs" }

    /// The processes in it.
    var pids: [Int32] {
        PlainFile.text(of: entry)?.split(separator: "\n").compactMap { Int32($0) } ?? []
    }

    /// How often a process or thread was refused.
    var refusals: Int {
        let lines = PlainFile.text(of: "\(path)/pids.events")?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("max ") }.flatMap { Int($0.dropFirst(4)) } ?? 0
    }

    /// Lets nothing in it start anything any more.
    func close() { _ = write("0", to: "pids.max") }

    /// Removes the group, which works once it is empty; whether it is gone.
    func remove() -> Bool { rmdir(path) == 0 || errno == ENOENT }

    private func write(_ text: String, to file: String) -> Bool {
        let descriptor = open("\(path)/\(file)", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Foundation.close(descriptor) }
        return Foundation.write(descriptor, text, text.utf8.count) == text.utf8.count
    }
}
