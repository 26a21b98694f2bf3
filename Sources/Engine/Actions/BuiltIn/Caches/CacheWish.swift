import Crypto
import Foundation
import Store

/// What a cache step is about: its paths and keys, as `actions/cache` reads them.
///
/// Keys, versions, scopes and archives are those of the action, so that either finds what the other has saved.
struct CacheWish: Sendable {
    /// As they are written, one a line: their text is a part of the version.
    let paths: [String]
    let key: String
    let restoreKeys: [String]
    let packing: Packing
    private let repository: String
    private let scopes: CacheScopes
    private let version: String

    /// The program that an archive is packed with.
    enum Packing: Sendable {
        /// By this program, `zstd`.
        case zstd(String)
        case gzip

        /// As versions of caches name it (`@actions/cache`, `getCompressionMethod`).
        fileprivate var name: String {
            switch self {
            case .zstd: "zstd-without-long"
            case .gzip: "gzip"
            }
        }
    }

    init(_ call: BuiltInCall, restoreKeys: [String] = []) throws {
        for name in ["path", "key"] where call[name].isEmpty {
            throw StepFailure("Input required and not supplied: \(name)")
        }
        let paths = Self.lines(call["path"])
        try self.init(call, paths: paths, named: paths, key: call["key"], restoreKeys: restoreKeys)
    }

    /// Folders of the job's own: a job that works in another place finds them too.
    init(_ call: BuiltInCall, folders: [String], key: String, restoreKeys: [String]) throws {
        let names = folders.map {
            $0.hasPrefix(call.temp)
                ? "$RUNNER_TEMP" + $0.dropFirst(call.temp.count)
                : "." + $0.dropFirst(call.workspace.count)
        }
        try self.init(call, paths: folders, named: names, key: key, restoreKeys: restoreKeys)
    }

    /// - Parameter names: How the version calls the paths.
    private init(
        _ call: BuiltInCall,
        paths: [String],
        named names: [String],
        key: String,
        restoreKeys: [String]
    ) throws {
        (self.paths, self.key, self.restoreKeys) = (paths, key, restoreKeys)
        guard restoreKeys.count < 10 else {
            throw StepFailure("Key Validation Error: Keys are limited to a maximum of 10.")
        }
        for key in [key] + restoreKeys {
            guard key.utf16.count <= 512 else {
                throw StepFailure("Key Validation Error: \(key) cannot be larger than 512 characters.")
            }
            guard !key.contains(",") else {
                throw StepFailure("Key Validation Error: \(key) cannot contain commas.")
            }
        }
        packing = ProgramSearch.find("zstd", in: call.hostEnvironment).map(Packing.zstd) ?? .gzip
        repository = call.facts.repository.path
        scopes = CacheScopes(of: call.facts)
        // Only archives that Windows makes are apart from others; here both settings give the same.
        let parts = names + [packing.name, "1.0"]
        version = SHA256.hash(data: Data(parts.joined(separator: "|").utf8)).hex
    }

    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            var line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("!") { line = "!" + line.dropFirst().trimmingCharacters(in: .whitespaces) }
            return line
        }.filter { !$0.isEmpty }
    }

    func find(in store: Store) throws -> CacheRecord? {
        try store.findCache(
            repository: repository,
            scopes: scopes.readable,
            keys: [key] + restoreKeys,
            version: version
        )
    }

    /// The cache that it would save.
    var new: NewCache { NewCache(repository: repository, scope: scopes.own, key: key, version: version) }

    /// Whether a cache's key is the one that was asked for; case does not matter, as the action has it.
    func isHit(_ found: String) -> Bool { found.lowercased() == key.lowercased() }
}
