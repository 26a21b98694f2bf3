package import Foundation
import GRDB

/// Where a secret or variable holds.
///
/// Of two with one name, the narrower scope's wins.
package enum SettingScope: Sendable, Hashable {
    case global
    /// By the repository's path on this machine.
    case repository(String)
    /// A deployment environment of a repository; its name's case does not matter.
    case environment(repository: String, name: String)

    var kind: String {
        switch self {
        case .global: "global"
        case .repository: "repository"
        case .environment: "environment"
        }
    }

    var repository: String {
        switch self {
        case .global: ""
        case .repository(let path), .environment(let path, _): path
        }
    }

    /// The same scope of a repository with another path.
    func moved(to path: String) -> SettingScope {
        switch self {
        case .global: .global
        case .repository: .repository(path)
        case .environment(_, let name): .environment(repository: path, name: name)
        }
    }

    var environment: String {
        switch self {
        case .global, .repository: ""
        case .environment(_, let name): name
        }
    }
}

/// A secret's name: all of it that is ever listed.
package struct SecretName: Sendable, Codable, Equatable {
    package var name: String
    package var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case name
        case updatedAt = "updated_at"
    }
}

/// A variable.
package struct Variable: Sendable, Codable, Equatable {
    package var name: String
    package var value: String
    package var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case name, value
        case updatedAt = "updated_at"
    }
}

/// One value in its place: the row of a secret or variable.
struct SettingKey {
    /// GitHub's limit for one value.
    static let sizeLimit = 48 * 1024

    let name: String
    let scope: SettingScope
    let set: String

    /// Checks the name, which is taken in any case and kept in upper case.
    init(_ name: String, _ scope: SettingScope, _ set: String) throws(StoreError) {
        if let fault = Self.fault(of: name) { throw StoreError(.invalidName(fault), name) }
        try Self.validate(set: set)
        self.name = name.uppercased()
        self.scope = scope
        self.set = set
    }

    static func validate(set: String) throws(StoreError) {
        let isValid = set.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        guard isValid, !set.isEmpty else { throw StoreError(.invalidName(.set), set) }
    }

    private static func fault(of name: String) -> StoreError.NameFault? {
        guard let first = name.first else { return .empty }
        if let odd = name.first(where: { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }) {
            return .character(odd)
        }
        if first.isNumber { return .startsWithDigit }
        // The forge's token is the user's to give: without it a run has one of flowrun's own.
        let isReserved = name.uppercased().hasPrefix("GITHUB_") && name.uppercased() != "GITHUB_TOKEN"
        return isReserved ? .reservedPrefix : nil
    }

    static let condition = #"scope = ? AND repository = ? AND environment = ? AND "set" = ? AND name = ?"#

    var arguments: StatementArguments { [scope.kind, scope.repository, scope.environment, set, name] }

    /// The rows that hold for a job, the widest scope first.
    static let effective = """
        "set" = ? AND (scope = 'global' OR (scope = 'repository' AND repository = ?)
            OR (scope = 'environment' AND repository = ? AND environment = ?))
        ORDER BY CASE scope WHEN 'global' THEN 0 WHEN 'repository' THEN 1 ELSE 2 END
        """
}
