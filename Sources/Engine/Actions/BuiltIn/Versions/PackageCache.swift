import Foundation

/// The input `cache` of the setup actions.
///
/// A package manager's own cache lies in the user's home here and outlives the job, so that there is nothing to restore
/// or to save; what must hold for the action to do so must hold all the same.
enum PackageCache {
    /// - Parameter files: Per package manager, the names of the files that it pins versions in.
    static func check(_ call: BuiltInCall, files: [String: [String]]) throws {
        let manager = call["cache"]
        let given = call["cache-dependency-path"].split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !manager.isEmpty else {
            guard given.isEmpty else {
                throw StepFailure("Input 'cache-dependency-path' has no meaning without 'cache'")
            }
            return
        }
        guard let names = files[manager] else {
            throw StepFailure("Caching for '\(manager)' is not supported")
        }
        let patterns = given.isEmpty ? names.map { "**/\($0)" } : given
        guard try !FileHasher(workspace: call.workspace).hash(patterns).isEmpty else {
            throw StepFailure(
                "No file in \(call.workspace) matched to [\(patterns.joined(separator: " or "))], make sure you have "
                    + "checked out the target repository"
            )
        }
        call.say(
            "\(manager) keeps its cache on this machine between runs: there is nothing to restore or to save"
        )
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
