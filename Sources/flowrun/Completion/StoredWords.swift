import Engine
import Store

/// The names of what is kept for a repository.
enum StoredWords {
    static func secrets(_ line: UnfinishedLine) -> [String] {
        names(line) { try $0.secretNames(scope: $1, set: $2).map(\.name) }
    }

    static func variables(_ line: UnfinishedLine) -> [String] {
        names(line) { try $0.variables(scope: $1, set: $2).map(\.name) }
    }

    /// The ids of the newest runs of the repository.
    static func runs() -> [String] {
        quietly { surroundings in
            let store = try Store(home: surroundings.home, readOnly: true)
            let runs = try store.runs(RunFilter(repository: try surroundings.repositoryPath()), limit: 20)
            return runs.map { String($0.id) }
        }
    }

    private static func names(
        _ line: UnfinishedLine,
        _ read: (Store, SettingScope, String) throws -> [String]
    ) -> [String] {
        quietly { surroundings in
            let set = line.value(of: "--set", "--secrets") ?? "default"
            let scope: SettingScope
            if line.has("--global") {
                scope = .global
            } else if let repository = try surroundings.repositoryPath() {
                let environment = line.value(of: "--env").map { $0.contains("=") ? "" : $0 } ?? ""
                scope =
                    environment.isEmpty
                    ? .repository(repository) : .environment(repository: repository, name: environment)
            } else {
                return []
            }
            return try read(try Store(home: surroundings.home, readOnly: true), scope, set)
        }
    }

    /// Whatever is wrong, a completion says nothing: it would be said in the middle of what a person types.
    private static func quietly(_ body: (Surroundings) throws -> [String]) -> [String] {
        (try? body(Surroundings())) ?? []
    }
}
