import Foundation

/// The processes of this machine at one moment, as `/proc` shows them.
struct ProcessTable {
    struct Entry {
        var pid: Int32
        var name: String
        var state: UInt8
        var parent: Int32
        var group: Int32
        var session: Int32

        var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
        var running: RunningProcess { RunningProcess(pid: pid, name: name) }
    }

    /// In the order in which `/proc` lists them: by rising pid.
    let entries: [Entry]

    /// Threads of the kernel are left out.
    static func now() -> ProcessTable {
        var entries: [Entry] = []
        for pid in numericNames(in: "/proc") {
            guard let entry = entry(pid), entry.parent != 2, entry.pid != 2 else { continue }
            entries.append(entry)
        }
        return ProcessTable(entries: entries)
    }

    /// What makes a process belong to a job or step.
    struct Kin {
        var sessions: Set<Int32> = []
        var roots: Set<Int32> = []
        /// A value of the tracking variable; one with a suffix after a full stop counts as well.
        var cookie: String?
    }

    /// All that belong to `kin`: by session, by cookie, and whatever descends from one that does.
    func members(of kin: Kin) -> [Entry] {
        var found: Set<Int32> = []
        let own = getpid()
        for entry in entries where entry.pid != own {
            if kin.roots.contains(entry.pid) || kin.sessions.contains(entry.session) {
                found.insert(entry.pid)
            } else if let cookie = kin.cookie, !entry.isZombie, Self.carries(cookie, entry.pid) {
                found.insert(entry.pid)
            }
        }
        // A child may have a smaller number than its parent, once the numbers have wrapped: repeat until stable.
        var grew = !found.isEmpty
        while grew {
            grew = false
            for entry in entries where entry.pid != own && !found.contains(entry.pid) {
                guard found.contains(entry.parent) else { continue }
                found.insert(entry.pid)
                grew = true
            }
        }
        return entries.filter { found.contains($0.pid) }
    }

    /// The processes, other than this one, that have the pipe of `descriptor` open.
    static func holders(ofPipe descriptor: Int32) -> [RunningProcess] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return [] }
        let target = "pipe:[\(status.st_ino)]"
        let own = getpid()
        return numericNames(in: "/proc").compactMap { pid in
            guard pid != own else { return nil }
            let folder = "/proc/\(pid)/fd"
            let holds = numericNames(in: folder).contains { link("\(folder)/\($0)") == target }
            return holds ? entry(pid)?.running : nil
        }
    }

    static func entry(_ pid: Int32) -> Entry? {
        guard let bytes = contents("/proc/\(pid)/stat", limit: 1024) else { return nil }
        // `pid (name) state parent group session ...`; the name may hold anything, so the last `)` ends it.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 5)
        guard fields.count >= 5, let state = fields[0].first else { return nil }
        let numbers = fields[1...3].compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3 else { return nil }
        return Entry(
            pid: pid,
            name: String(decoding: bytes[(open + 1)..<close], as: UTF8.self),
            state: state,
            parent: numbers[0],
            group: numbers[1],
            session: numbers[2]
        )
    }

    /// When a process was started, on the clock of `ticks`.
    static func startTicks(of pid: Int32) -> Int64? {
        guard let bytes = contents("/proc/\(pid)/stat", limit: 1024),
            let close = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 19 ? Int64(String(decoding: fields[19], as: UTF8.self)) : nil
    }

    /// The time since this machine was started, in the unit that the kernel tells times of processes in.
    static var ticks: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        let perSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
        return Int64(now.tv_sec) * perSecond + Int64(now.tv_nsec) / (1_000_000_000 / perSecond)
    }

    /// The value that a variable had in the environment that a process was started with.
    static func value(of variable: String, _ pid: Int32) -> String? {
        guard let environment = contents("/proc/\(pid)/environ", limit: 1 << 22) else { return nil }
        let entry = environment.split(separator: 0).first { $0.starts(with: "\(variable)=".utf8) }
        return entry.map { String(decoding: $0.dropFirst(variable.utf8.count + 1), as: UTF8.self) }
    }

    /// Whether a process was started with this variable.
    static func has(_ variable: String, _ pid: Int32) -> Bool {
        value(of: variable, pid) != nil
    }

    /// Whether the environment that `pid` was started with has the tracking variable with this value.
    static func carries(_ cookie: String, _ pid: Int32) -> Bool {
        guard let environment = contents("/proc/\(pid)/environ", limit: 1 << 22) else { return false }
        let sought = Array("\(JobProcesses.variable)=\(cookie)".utf8)
        var start = environment.startIndex
        while start + sought.count <= environment.endIndex {
            if environment[start...].starts(with: sought) {
                let next = start + sought.count
                let isEnd = next == environment.endIndex || environment[next] == 0
                if isEnd || environment[next] == UInt8(ascii: ".") { return true }
            }
            guard let end = environment[start...].firstIndex(of: 0) else { return false }
            start = end + 1
        }
        return false
    }

    /// Whether `pid` works in a folder or was started with its path in its environment.
    static func uses(_ folder: String, _ pid: Int32) -> Bool {
        if let place = link("/proc/\(pid)/cwd", limit: 4096), place == folder || place.hasPrefix(folder + "/")
        {
            return true
        }
        guard let environment = contents("/proc/\(pid)/environ", limit: 1 << 22) else { return false }
        return Data(environment).range(of: Data("\(folder)/".utf8)) != nil
    }

    /// The bytes of a file of `/proc`, or nil where it is gone or closed to us, as happens at any moment there.
    private static func contents(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let room = min(limit - bytes.count, max(4096, bytes.count))
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = max(0, read(file, buffer.baseAddress, room))
            }
            guard !chunk.isEmpty else { break }
            bytes += chunk
        }
        return bytes
    }

    private static func link(_ path: String, limit: Int = 64) -> String? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func numericNames(in folder: String) -> [Int32] {
        (FolderNames.of(folder) ?? []).compactMap { Int32($0) }
    }
}
