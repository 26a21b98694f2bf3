import Foundation
import Synchronization

/// The input `cache` of the setup actions: what a package manager has downloaded, by the files that pin versions.
///
/// What it keeps in the user's home outlives the job and is the user's, so that it is neither restored nor saved. What it is
/// told to keep in the job's own folders goes with them, and is restored and saved as by the actions.
struct PackageCache: Sendable {
    let manager: String
    let key: String
    var restoreKeys: [String] = []
    /// Where the package manager keeps what it has; absent where it does not tell.
    let folders: [String]?

    /// Brings back what goes with the job, and has it saved at the job's end.
    ///
    /// - Returns: The key of the cache that was brought back.
    func restore(_ call: BuiltInCall, _ result: inout BuiltInResult) async throws -> String? {
        guard let wish = try wish(call) else {
            call.say(
                folders == nil
                    ? "\(manager) does not tell where it keeps its cache: nothing is restored or saved"
                    : "\(manager) keeps its cache on this machine between runs: there is nothing to restore or to save"
            )
            return nil
        }
        let (found, _, warnings) = try await CacheRestore(wish).run(call)
        result.warnings += warnings
        saveLater(wish, isThere: found == key, &result)
        return found
    }

    /// What `restore` leaves for the job's end, where a later attempt goes on after it.
    func resume(_ call: BuiltInCall, isThere: Bool) throws -> BuiltInResult? {
        guard let wish = try wish(call) else { return nil }
        var result = BuiltInResult()
        saveLater(wish, isThere: isThere, &result)
        return result
    }

    private func wish(_ call: BuiltInCall) throws -> CacheWish? {
        let own = (folders ?? []).filter(call.isOwn)
        return own.isEmpty
            ? nil : try CacheWish(call, folders: own, key: key, restoreKeys: restoreKeys)
    }

    private func saveLater(_ wish: CacheWish, isThere: Bool, _ result: inout BuiltInResult) {
        let key = key
        result.postCondition = .implicit
        result.post = { call in
            if isThere { return ["Cache hit occurred on the primary key \(key), not saving cache."] }
            return try await CacheSave(wish).run(call).lines
        }
    }
}

/// The files that a package manager pins versions in.
enum PinnedFiles {
    /// - Parameters:
    ///   - manager: What the step names; nothing is asked for where it is empty.
    ///   - files: Per package manager, the patterns of its files, the first that is there counts.
    ///   - fallback: What counts per package manager where none of the files is there that the step names.
    ///   - complaint: What the action says where none is.
    /// - Returns: The digest of the files, as `hashFiles` gives it.
    static func digest(
        of manager: String,
        _ call: BuiltInCall,
        files: [String: [String]],
        fallback: [String: String] = [:],
        orElse complaint: (_ patterns: [String]) -> String
    ) throws -> String? {
        guard !manager.isEmpty else { return nil }
        guard let names = files[manager] else {
            throw StepFailure("Caching for '\(manager)' is not supported")
        }
        let given = call.dependencyPaths
        let hasher = FileHasher(workspace: call.workspace)
        let named = given.isEmpty ? names.map { [$0] } : [given] + (fallback[manager].map { [[$0]] } ?? [])
        for patterns in named {
            let digest = try hasher.hash(patterns)
            if !digest.isEmpty { return digest }
        }
        throw StepFailure(complaint(given.isEmpty ? names : given))
    }
}

extension BuiltInCall {
    /// The input `cache-dependency-path`, line by line.
    var dependencyPaths: [String] {
        self["cache-dependency-path"].split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Whether a place goes with the job.
    func isOwn(_ path: String) -> Bool {
        [workspace, temp].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// The folders of the files that patterns match.
    func folders(ofFiles patterns: [String]) -> [String] {
        let patterns = patterns.map { GlobPattern($0, workspace: workspace, home: home) }
        var walk = GlobWalk(patterns: patterns, followsLinks: true)
        let folders = walk.files(until: .now + FileHasher.timeLimit).map {
            ($0 as NSString).deletingLastPathComponent
        }
        return Set(folders).sorted()
    }

    /// What a program of the job's prints; nil where it is not there or fails.
    func answer(
        of program: String,
        _ arguments: [String],
        in folder: String,
        _ environment: [String: String]
    ) async throws -> String? {
        let found = program.hasPrefix("/") ? program : ProgramSearch.find(program, in: environment)
        guard let found else { return nil }
        let printed = Mutex<[UInt8]>([])
        let command = Command(
            executable: found,
            arguments: arguments,
            workingDirectory: folder,
            environment: environment
        )
        let status = try await readProcess(command) { bytes in printed.withLock { $0 += bytes } }
        try checkGoingOn()
        guard status == 0 else { return nil }
        return printed.withLock { String(decoding: $0, as: UTF8.self) }
    }

    /// The folder that a program prints, after warnings of its own if there are any.
    func folder(
        toldBy program: String,
        _ arguments: [String],
        in folder: String,
        _ environment: [String: String]
    ) async throws -> String? {
        let told = try await answer(of: program, arguments, in: folder, environment)?
            .split(whereSeparator: \.isNewline).last?.trimmingCharacters(in: .whitespaces)
        guard let told, !told.isEmpty else { return nil }
        if told.hasPrefix("~") { return home + told.dropFirst() }
        return URL(fileURLWithPath: told.hasPrefix("/") ? told : "\(folder)/\(told)").standardizedFileURL.path
    }

    /// The text of a file of the workspace; nil where there is none.
    func text(of file: String) -> String? {
        FileManager.default.contents(atPath: file.hasPrefix("/") ? file : "\(workspace)/\(file)")
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Refuses a tool that is built for another machine than this.
    func requireArchitecture(of tool: String) throws(StepFailure) {
        let given = self["architecture"]
        guard given.isEmpty || given.uppercased() == RunnerContext.architecture else {
            throw StepFailure(
                "This machine is \(RunnerContext.architecture); \(tool) for '\(given)' cannot be had"
            )
        }
    }
}
