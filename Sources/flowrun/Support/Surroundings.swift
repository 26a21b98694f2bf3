import Engine
import Foundation
import Git
import Store

/// Where a command was called: its folder, environment and state.
struct Surroundings {
    let environment = ProcessInfo.processInfo.environment
    let folder = FileManager.default.currentDirectoryPath
    let home: FlowrunHome

    init() {
        home = FlowrunHome(environment: environment)
    }

    /// flowrun's own program, for shims and the processes that outlive this one.
    static var program: String {
        if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return link
        }
        return URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL.path
    }

    func openStore() throws -> Store { try Store(home: home) }

    /// The store, once the runs whose process died are brought to their end.
    func openSettledStore() async throws -> Store {
        let store = try openStore()
        let settled = try await LostRuns.settle(in: store, home: home)
        if settled > 0 { Console.complain(Self.settled(settled)) }
        return store
    }

    /// Says that the store had lost the ends of runs.
    static func settled(_ count: Int) -> String {
        count == 1 ? "1 run was settled from its journal" : "\(count) runs were settled from their journals"
    }

    /// The repository around the current folder.
    func repository() throws -> Repository {
        guard let repository = try Repository.discover(from: folder) else {
            throw CommandEnd(.nothingStarted, "error: `\(folder)` is not in a git repository")
        }
        return repository
    }

    /// The repository's path, as secrets and runs are filed under it; `nil` outside of any.
    func repositoryPath() throws -> String? {
        guard let repository = try Repository.discover(from: folder) else { return nil }
        return repository.workTree ?? repository.gitDirectory
    }
}
