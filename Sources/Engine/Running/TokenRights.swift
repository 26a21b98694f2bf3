package import Workflows

/// What a run's own token lets its bearer do, scope by scope (`permissions`).
package struct TokenRights: Sendable, Equatable, Codable {
    package enum Level: Int, Comparable, Sendable, Codable {
        case none, read, write

        package static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    private var levels: [String: Level]
    /// That of every scope which is not named.
    private var others: Level

    /// What a token may where nothing says more: GitHub's default for new repositories.
    package static let restricted = TokenRights(
        levels: ["contents": .read, "packages": .read],
        others: .none
    )

    /// - Parameter permissions: A level that is none gives nothing.
    package init(_ permissions: Permissions) {
        switch permissions {
        case .readAll: self.init(levels: [:], others: .read)
        case .writeAll: self.init(levels: [:], others: .write)
        case .scopes(let scopes):
            let levels = scopes.mapValues { level -> Level in
                switch level {
                case "write": .write
                case "read": .read
                default: .none
                }
            }
            self.init(levels: levels, others: .none)
        }
    }

    private init(levels: [String: Level], others: Level) {
        self.levels = levels
        self.others = others
    }

    /// What the bearer may do with `contents`, `issues` and so on; reading `metadata` always.
    package subscript(_ scope: String) -> Level {
        let level = levels[scope] ?? others
        return scope == "metadata" ? max(level, .read) : level
    }

    /// Those of the rights that `caller` has as well: a call hands down what it has and no more.
    func within(_ caller: TokenRights) -> TokenRights {
        let scopes = Set(levels.keys).union(caller.levels.keys)
        return TokenRights(
            levels: Dictionary(uniqueKeysWithValues: scopes.map { ($0, min(self[$0], caller[$0])) }),
            others: min(others, caller.others)
        )
    }
}
