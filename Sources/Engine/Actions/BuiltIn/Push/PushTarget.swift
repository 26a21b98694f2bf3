import Git

/// Where a push goes, and what opens it.
struct PushTarget: Sendable {
    var url: String
    var token: String?
    /// Whether it is the run's own repository.
    var isOwn: Bool

    init(_ call: BuiltInCall) throws {
        let own = call.facts.repository
        let server = call["github_url"].isEmpty ? own.serverURL : Self.trimmed(call["github_url"])
        let name = call["repository"].isEmpty ? own.fullName : Self.trimmed(call["repository"])
        let isOwnServer = RemoteAccess.host(of: server) == RemoteAccess.host(of: own.serverURL)
        isOwn = isOwnServer && name.lowercased() == own.fullName.lowercased()
        let fork = call.facts.event.fork
        var held = call["token"].isEmpty ? call["github_token"] : call["token"]
        // The action's default; a fork's pull request, and a forge that is not the run's, get what they are given alone.
        if held.isEmpty, fork == nil, isOwnServer { held = call.jobToken }
        // The token that a run makes for itself is nobody's credential: only a given one is sent to a remote.
        token = held.isEmpty || LocalToken.isLocal(held) ? nil : held
        url = isOwn ? own.origin : "\(server)/\(name).git"
        let isSSH = try call.flag("ssh")
        if isSSH, let host = Self.webHost(of: url) {
            url = "git@\(host):\(name).git"
            token = nil
        }
        // Without a token to send it would be pushed as the person whose machine this is.
        if token == nil, let fork {
            throw StepFailure(
                "Permission to \(name) denied: the token of a pull request of the fork \(fork) reads and no more"
            )
        }
        guard isOwn || isSSH || token != nil else {
            throw StepFailure(
                "the token of this run is for \(own.fullName) alone: a push to '\(name)' of \(server) needs a 'token' that "
                    + "may write there"
            )
        }
    }

    /// Whether another repository is on the same host, so that what opens the one is for the other too.
    func credentials(for other: String) -> Credentials {
        let isSame =
            RemoteAccess.host(of: other) != nil
            && RemoteAccess.host(of: other) == RemoteAccess.host(of: url)
        return isSame ? Credentials(token: token) : .none
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())
    }

    /// The host in an address of the web; nil for any other.
    private static func webHost(of url: String) -> String? {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), let host = RemoteAccess.host(of: url)
        else { return nil }
        return String(host.prefix { $0 != ":" })
    }
}
