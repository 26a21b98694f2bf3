import Foundation
package import Store

extension RunOwner {
    /// This process.
    package static var current: RunOwner {
        let pid = getpid()
        return RunOwner(pid: pid, startTime: startTime(of: pid) ?? 0)
    }

    /// Whether the process still is the one that it was: the number may have been given to another one since.
    package var isAlive: Bool { Self.startTime(of: pid) == startTime }

    /// Field 22 of `/proc/PID/stat`, in clock ticks since the machine started; the name before it may hold anything.
    static func startTime(of pid: Int32) -> Int64? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return Int64(fields[19])
    }
}
