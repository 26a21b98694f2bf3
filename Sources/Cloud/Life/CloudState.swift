import Foundation

/// What the local cloud remembers of its server from one start to the next.
struct CloudState: Codable, Sendable {
    /// Kept over restarts, so that keys and settings stay good.
    var port: Int
    /// The server that wrote this last, and the word by which it is recognised at its port.
    var instance: String?
}

/// Where the parts of the local cloud lie in its folder.
struct CloudFolder: Sendable {
    let path: String

    /// Held by the server as long as it lives.
    var lock: String { path + "/lock" }
    /// Held by whoever starts or stops the server.
    var changeLock: String { path + "/change.lock" }
    /// Held while state and key are first made.
    var prepareLock: String { path + "/prepare.lock" }
    var log: String { path + "/cloud.log" }
    var key: String { path + "/service-account.json" }
    private var stateFile: String { path + "/state.json" }

    func state() throws(CloudError) -> CloudState? {
        guard let json = try Folder.read(stateFile) else { return nil }
        do {
            return try JSONDecoder().decode(CloudState.self, from: json)
        } catch {
            throw CloudError(.damaged, stateFile, detail: "remove it to have another port chosen")
        }
    }

    func write(_ state: CloudState) throws {
        try Folder.replace(stateFile, with: JSONEncoder().encode(state))
    }

    /// Makes the folder, chooses the port, and makes the key and the registry's settings, whichever is not there yet.
    @discardableResult
    func prepare() throws -> (state: CloudState, key: ServiceAccountKey) {
        try Folder.make(path)
        let lock = try FileLock.acquire(prepareLock)
        defer { withExtendedLifetime(lock) {} }
        try writeRegistrySettings()
        let state: CloudState
        if let known = try self.state() {
            state = known
        } else {
            state = CloudState(port: try LocalPort.free())
            try write(state)
        }
        return (state, try key(for: state))
    }

    /// Moves to another port, the key with it.
    func change(port: Int, instance: String) throws -> ServiceAccountKey {
        let lock = try FileLock.acquire(prepareLock)
        defer { withExtendedLifetime(lock) {} }
        let state = CloudState(port: port, instance: instance)
        try write(state)
        return try key(for: state)
    }

    private func key(for state: CloudState) throws -> ServiceAccountKey {
        let token = CloudEndpoints(port: state.port).token
        guard var found = try ServiceAccountKey.read(key) else {
            let fresh = try ServiceAccountKey.generate(projectID: LocalCloud.project, tokenURI: token)
            try fresh.write(key)
            return fresh
        }
        if found.tokenURI != token {
            found.tokenURI = token
            try found.write(key)
        }
        return found
    }
}
