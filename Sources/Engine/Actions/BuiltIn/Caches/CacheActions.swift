import Foundation
import Store

/// `actions/cache`: brings back what an earlier run has left, and keeps it for later ones when the job went well.
struct Cache: BuiltInAction {
    static let name = "actions/cache"
    static let inputs =
        CacheInputs.both + CacheInputs.restoring + CacheInputs.saving + [
            BuiltInInput("save-always", default: "false")
        ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let restoring = try CacheRestore(call)
        let (found, outputs, warnings) = try await restoring.run(call)
        var result = BuiltInResult(warnings: warnings)
        result.outputs = outputs.filter { $0.name == "cache-hit" }
        try saveLater(call, restoring.wish, isThere: found.map(restoring.wish.isHit) ?? false, &result)
        if call["save-always"] != "false" {
            result.warnings.append(
                "Input 'save-always' has been deprecated with message: a separate `actions/cache/save` step with "
                    + "`if: always()` should be used instead"
            )
        }
        return result
    }

    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        var result = BuiltInResult()
        try saveLater(
            call,
            try CacheRestore(call).wish,
            isThere: outputs["cache-hit"] == "true",
            &result
        )
        return result
    }

    private func saveLater(
        _ call: BuiltInCall,
        _ wish: CacheWish,
        isThere: Bool,
        _ result: inout BuiltInResult
    ) throws {
        result.postCondition = try call.flag("save-always") ? nil : .implicit
        result.post = { call in
            if isThere { return ["Cache hit occurred on the primary key \(wish.key), not saving cache."] }
            return try await CacheSave(wish).run(call).lines
        }
    }
}

/// `actions/cache/restore`.
struct RestoreCache: BuiltInAction {
    static let name = "actions/cache/restore"
    static let inputs = CacheInputs.both + CacheInputs.restoring

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let (_, outputs, warnings) = try await CacheRestore(call).run(call)
        var result = BuiltInResult(warnings: warnings)
        result.outputs = outputs
        return result
    }
}

/// `actions/cache/save`.
struct SaveCache: BuiltInAction {
    static let name = "actions/cache/save"
    static let inputs = CacheInputs.both + CacheInputs.saving

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let ending = try await CacheSave(try CacheWish(call)).run(call)
        for line in ending.lines { call.say(line) }
        return BuiltInResult(warnings: ending.isSaved ? [] : ["Cache save failed."])
    }
}

enum CacheInputs {
    static let both = [
        BuiltInInput("path"), BuiltInInput("key"), BuiltInInput("enablecrossosarchive", default: "false"),
    ]
    static let restoring = [
        BuiltInInput("restore-keys"), BuiltInInput("fail-on-cache-miss", default: "false"),
        BuiltInInput("lookup-only", default: "false"),
    ]
    /// The size of what is sent at a time has no meaning where nothing is sent.
    static let saving = [BuiltInInput("upload-chunk-size")]
}

/// A cache on its way back.
struct CacheRestore: Sendable {
    let wish: CacheWish
    private let isNeeded: Bool
    private let onlyLooks: Bool

    init(_ wish: CacheWish) {
        self.wish = wish
        (isNeeded, onlyLooks) = (false, false)
    }

    init(_ call: BuiltInCall) throws {
        wish = try CacheWish(call, restoreKeys: CacheWish.lines(call["restore-keys"]))
        isNeeded = try call.flag("fail-on-cache-miss")
        onlyLooks = try call.flag("lookup-only")
    }

    /// - Returns: The key of the cache that was brought back, outputs and warnings.
    func run(_ call: BuiltInCall) async throws -> (String?, [(name: String, value: String)], [String]) {
        var outputs = [(name: "cache-primary-key", value: wish.key)]
        var warnings: [String] = []
        let (store, wish) = (call.services.store, wish)
        var found = try await BlockingWork.run { try wish.find(in: store) }
        if let cache = found, !onlyLooks {
            do {
                call.say("Cache Size: ~\(cache.size >> 20) MB (\(cache.size) B)")
                let bytes = try await BlockingWork.run { try store.bytes(of: cache) }
                try await CacheArchive(wish, call).unpack(bytes)
            } catch let error as StoreError {
                warnings.append("Failed to restore: \(error)")
                found = nil
            } catch let failure as StepFailure where !failure.isCancelled {
                // A cache that cannot be used is as good as none.
                warnings.append("Failed to restore: \(failure.message)")
                found = nil
            }
        }
        guard let found else {
            guard !isNeeded else {
                throw StepFailure(
                    "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: \(wish.key)"
                )
            }
            call.say(
                "Cache not found for input keys: \(([wish.key] + wish.restoreKeys).joined(separator: ", "))"
            )
            return (nil, outputs, warnings)
        }
        outputs.append(("cache-matched-key", found.key))
        outputs.append(("cache-hit", String(wish.isHit(found.key))))
        call.say(
            onlyLooks
                ? "Cache found and can be restored from key: \(found.key)"
                : "Cache restored from key: \(found.key)"
        )
        return (found.key, outputs, warnings)
    }
}

/// A cache on its way into the store.
struct CacheSave: Sendable {
    private let wish: CacheWish

    init(_ wish: CacheWish) { self.wish = wish }

    /// What cannot be saved is told, and fails nothing.
    func run(_ call: BuiltInCall) async throws -> (isSaved: Bool, lines: [String]) {
        let (store, wish) = (call.services.store, wish)
        let taken =
            "Failed to save: Unable to reserve cache with key \(wish.key), another job may be creating this cache."
        do {
            if try await BlockingWork.run({ try store.hasCache(wish.new) }) { return (false, [taken]) }
            let archive = CacheArchive(wish, call)
            let places = try await BlockingWork.run { archive.places() }
            guard !places.isEmpty else {
                return (
                    false,
                    [
                        "[warning]Path Validation Error: Path(s) specified in the action for caching do(es) not exist, "
                            + "hence no cache is being saved."
                    ]
                )
            }
            let blob = try IncomingBlobs(home: call.services.home).upload()
            try await archive.pack(places, into: blob)
            let saved = try await BlockingWork.run { try store.saveCache(wish.new, blob) }
            return (
                true,
                [
                    "Cache Size: ~\(saved.size >> 20) MB (\(saved.size) B)",
                    "Cache saved with key: \(wish.key)",
                ]
            )
        } catch let error as StoreError where error.reason == .alreadyThere {
            return (false, [taken])
        } catch let failure as StepFailure where !failure.isCancelled {
            return (false, ["[warning]Failed to save: \(failure.message)"])
        } catch let error as StoreError {
            return (false, ["[warning]Failed to save: \(error)"])
        }
    }
}
