import Foundation

/// The input `cache` of the setup actions.
///
/// A package manager's own cache lies in the user's home here and outlives the job, so that there is nothing to restore
/// or to save; what must hold for the action to do so must hold all the same.
enum PackageCache {
    /// - Parameters:
    ///   - manager: What the step names; nothing is asked for where it is empty.
    ///   - files: Per package manager, the patterns of the files that it pins versions in, the first that is there counts.
    ///   - complaint: What the action says where none is.
    /// - Returns: The digest of the files, as `hashFiles` gives it.
    static func digest(
        of manager: String,
        _ call: BuiltInCall,
        files: [String: [String]],
        orElse complaint: (_ patterns: [String]) -> String
    ) throws -> String? {
        guard !manager.isEmpty else { return nil }
        guard let names = files[manager] else {
            throw StepFailure("Caching for '\(manager)' is not supported")
        }
        let given = call["cache-dependency-path"].split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let hasher = FileHasher(workspace: call.workspace)
        for patterns in given.isEmpty ? names.map({ [$0] }) : [given] {
            let digest = try hasher.hash(patterns)
            guard digest.isEmpty else {
                call.say(
                    "\(manager) keeps its cache on this machine between runs: there is nothing to restore or to save"
                )
                return digest
            }
        }
        throw StepFailure(complaint(given.isEmpty ? names : given))
    }
}

extension BuiltInCall {
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
