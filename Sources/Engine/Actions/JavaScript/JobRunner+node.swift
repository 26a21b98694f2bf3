import Foundation
import Synchronization

extension JobRunner {
    /// The Node.js that runs an action.
    ///
    /// As on GitHub it is not the one that the job has put on its PATH for itself, as long as the machine has another
    /// that fits: first the machine's PATH is searched, then the tool cache, then the job's PATH.
    ///
    /// - Parameters:
    ///   - using: `node20`
    ///   - warns: Whether to tell of one that is older than asked for.
    /// - Throws: `StepFailure` with the remedy where there is none.
    func node(for using: String, _ call: StepCall, warns: Bool = true) async throws -> NodeProgram {
        let action = call.step.displayName(in: call.scope)
        let wanted = Int(using.drop { !$0.isNumber }) ?? 0
        let remedy = "install Node.js \(wanted) or newer (https://nodejs.org)"
        var programs: [NodeProgram] = []
        for path in nodePaths(call) {
            guard let version = try await nodeVersion(of: path, call) else { continue }
            programs.append(NodeProgram(path: path, version: version))
            if version.major >= wanted { break }
        }
        switch NodeChoice(wanted, among: programs) {
        case .fits(let node): return node
        case .older(let node):
            // A line of the log alone: most actions run all the same.
            if warns {
                let message =
                    "'\(action)' asks for \(using) and runs on Node.js v\(node.version) (\(node.path))"
                line("##[warning]\(message); if that fails, \(remedy)", step: call.number)
            }
            return node
        case .tooOld(let node):
            throw StepFailure(
                "'\(action)' asks for \(using), and Node.js v\(node.version) (\(node.path)) is too old for it: "
                    + remedy
            )
        case .none:
            throw StepFailure("'\(action)' asks for \(using), and no Node.js is on this machine: \(remedy)")
        }
    }

    private func nodePaths(_ call: StepCall) -> [String] {
        let jobs = visibleVariables(in: call.frame).process(step: [], defaults: [])
        var folders = Self.folders(ofPath: order.hostEnvironment["PATH"])
        let cache = runnerContext.toolCache + "/node"
        let architecture = RunnerContext.architecture.lowercased()
        folders += (FolderNames.of(cache) ?? []).map { "\(cache)/\($0)/\(architecture)/bin" }
        folders += Self.folders(ofPath: jobs["PATH"])
        var seen: Set<String> = []
        return folders.map { $0 + "/node" }.filter { access($0, X_OK) == 0 && seen.insert($0).inserted }
    }

    private static func folders(ofPath path: String?) -> [String] {
        (path ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    }

    /// What a program says that it is; nil where it is no Node.js.
    private func nodeVersion(of path: String, _ call: StepCall) async throws -> ToolVersion? {
        if let known = nodeVersions[path] { return known }
        let printed = Mutex<[UInt8]>([])
        let command = Command(
            executable: path,
            arguments: ["--version"],
            workingDirectory: folders.temp,
            environment: order.hostEnvironment
        )
        let result = try await HostExecutor(job: processes).run(command, stop: call.stop) { bytes in
            printed.withLock { if $0.count < 1024 { $0 += Array(bytes) } }
        }
        if let reason = result.stopped {
            throw StepFailure("\(reason.sentence).", isCancelled: reason != .timedOut)
        }
        guard result.exit.isSuccess else { return nil }
        let version = ToolVersion(printedByNode: String(decoding: printed.withLock { $0 }, as: UTF8.self))
        if let version { nodeVersions[path] = version }
        return version
    }
}
