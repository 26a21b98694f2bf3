import Foundation

/// Actions of other repositories, and the Node.js that runs them.
extension Site {
    /// A repository `owner/name` with an action, tagged `v1`, that `pushWithActions` finds.
    @discardableResult
    func action(_ name: String, _ files: [String: String]) throws -> String {
        let path = try repository(files, named: "mirror/\(name)")
        try git("tag", "v1", in: path)
        return path
    }

    var mirror: String { "file://\(folder)/mirror/{owner}/{repo}" }

    func pushWithActions(
        _ arguments: String...,
        in path: String,
        environment more: [String: String] = [:]
    ) throws -> SiteResult {
        let all = ["trigger", "push", "--format", "json", "--actions-source", mirror] + arguments
        return try start(all, in: path, environment: more).wait(seconds: 120)
    }

    /// A folder of programs that stand for the whole PATH: some of this machine's, and those given as scripts.
    func programs(_ scripts: [String: String] = [:]) throws -> String {
        let path = "\(folder)/bin"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write(scripts, to: path)
        for name in scripts.keys { _ = chmod("\(path)/\(name)", 0o755) }
        for name in ["bash", "sh", "env", "cat", "git"] {
            guard let program = Self.program(name) else { continue }
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)",
                withDestinationPath: program
            )
        }
        return path
    }

    static func program(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    static let node = program("node")
}

extension SiteResult {
    /// Those lines of the log that are among the given ones, in the order of the log.
    func order(of lines: String...) -> [String] { log.filter { lines.contains($0) } }

    var annotations: [String] {
        events.filter { $0["event"] as? String == "annotation" }.compactMap { $0["message"] as? String }
    }
}
