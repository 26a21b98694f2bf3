import CHost
import Engine
import Foundation
import Git
import Store

/// Where a command was called: its folder, environment and state.
struct Surroundings {
    let environment = Self.environment
    let folder = FileManager.default.currentDirectoryPath
    let home: FlowrunHome

    init() {
        home = FlowrunHome(environment: environment)
    }

    /// The process's own, read once, and without Foundation's `ProcessInfo`, which takes ten times as long.
    static let environment: [String: String] = {
        var environment: [String: String] = [:]
        var entry = flowrun_environment()
        while let text = entry?.pointee {
            if let equals = strchr(text, Int32(UInt8(ascii: "="))) {
                let name = UnsafeRawBufferPointer(start: text, count: equals - text)
                environment[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
            }
            entry = entry?.successor()
        }
        return environment
    }()

    /// flowrun's own program, for shims and the processes that outlive this one.
    static var program: String {
        if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return link
        }
        return URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL.path
    }

    func openStore() throws -> Store {
        let store = try Store(home: home)
        // A repository that cannot be opened is told of by what needs it.
        if LinkedFolders.isPossible(at: folder), let repository = try? Repository.discover(from: folder) {
            try LinkedFolders.refile(repository, in: store)
        }
        return store
    }

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
    func repositoryPath() throws -> String? { try Repository.discover(from: folder)?.mainFolder() }

    /// The folder whose `flowrun.yaml` counts: the working folder around the current one, a linked one too; `nil` outside of
    /// any repository.
    func settingsFolder() throws -> String? { try Repository.discover(from: folder)?.folder }
}
