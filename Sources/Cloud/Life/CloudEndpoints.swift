/// Where the local cloud answers.
package struct CloudEndpoints: Hashable, Sendable {
    package let port: Int

    package init(port: Int) {
        self.port = port
    }

    /// The object store, as `STORAGE_EMULATOR_HOST` wants it.
    package var storage: String { "http://127.0.0.1:\(port)" }
    /// Where the local key is exchanged for access tokens.
    package var token: String { "http://127.0.0.1:\(port)/token" }
}

/// Whether the local cloud is there.
package enum CloudStatus: Hashable, Sendable {
    case running(pid: Int32, endpoints: CloudEndpoints)
    /// A server holds the folder, but gives no answer (yet, or any more).
    case notAnswering(pid: Int32?)
    case stopped
}
