import CLibGit2
import Foundation

/// What libgit2's callbacks of one conversation with a remote read and note down.
final class Connection {
    let address: RemoteAddress
    private let credentials: Credentials
    /// Each way in is tried once; libgit2 would ask for ever.
    private var tried: Set<UInt32> = []
    /// Refs that the remote did not take, with its reason.
    private(set) var refusals: [(ref: String, reason: String)] = []
    /// What a push of one ref may replace.
    var overwriting = Overwriting.nothing
    /// What the ref that is pushed to named when the remote was asked.
    private(set) var former: CommitID?
    /// Why that must not be replaced.
    private(set) var broken: PushError.Reason?

    init(to address: RemoteAddress, credentials: Credentials) {
        self.address = address
        self.credentials = credentials
    }

    /// Forgets what was tried, for another attempt.
    func reset() {
        tried = []
        refusals = []
        former = nil
        broken = nil
    }

    /// Points libgit2's callbacks here.
    ///
    /// This object has to outlive the conversation.
    func attach(to callbacks: inout git_remote_callbacks) {
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.credentials = { out, url, user, allowed, payload in
            guard let payload, let out else { return GIT_EUSER.rawValue }
            let connection = Unmanaged<Connection>.fromOpaque(payload).takeUnretainedValue()
            return connection.acquire(
                out,
                url: url.map { String(cString: $0) } ?? "",
                user: user.map { String(cString: $0) },
                allowed: allowed
            )
        }
        callbacks.push_negotiation = { updates, count, payload in
            guard let payload, count == 1, let update = updates?[0]?.pointee else { return 0 }
            let connection = Unmanaged<Connection>.fromOpaque(payload).takeUnretainedValue()
            return connection.meet(update.src, update.dst)
        }
        callbacks.push_update_reference = { ref, status, payload in
            guard let payload, let ref, let status else { return 0 }
            let connection = Unmanaged<Connection>.fromOpaque(payload).takeUnretainedValue()
            connection.refusals.append((String(cString: ref), String(cString: status)))
            return 0
        }
    }

    /// Whether libgit2 shall look for a proxy in the environment: not for this machine.
    var proxy: git_proxy_t {
        guard case .network(_, let host, _) = address, !RemoteAddress.isLoopback(host) else {
            return GIT_PROXY_NONE
        }
        return GIT_PROXY_AUTO
    }

    /// Looks at what the remote has before it is told what to have: the same object goes along with the push, so that the
    /// remote refuses it where the ref moves in between.
    private func meet(_ present: git_oid, _ pushed: git_oid) -> Int32 {
        var present = present
        former = git_oid_is_zero(&present) == 1 ? nil : CommitID(present)
        // What a try before this one has brought there.
        if former == CommitID(pushed) { return 0 }
        broken = overwriting.refusal(of: former)
        return broken == nil ? 0 : GIT_EUSER.rawValue
    }

    private func acquire(
        _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>,
        url: String,
        user: String?,
        allowed: UInt32
    ) -> Int32 {
        func isNew(_ kind: git_credential_t) -> Bool {
            allowed & kind.rawValue != 0 && tried.insert(kind.rawValue).inserted
        }
        let name = user ?? "git"
        // A redirect to another host gets no token.
        if let token = credentials.token, isOwnHost(url), isNew(GIT_CREDENTIAL_USERPASS_PLAINTEXT) {
            return git_credential_userpass_plaintext_new(out, credentials.user, token)
        }
        if isNew(GIT_CREDENTIAL_USERNAME) { return git_credential_username_new(out, name) }
        if let key = credentials.sshKey, isNew(GIT_CREDENTIAL_SSH_KEY) {
            // The agent may be asked after the key.
            return git_credential_ssh_key_new(out, name, nil, key, nil)
        }
        if allowed & GIT_CREDENTIAL_SSH_KEY.rawValue != 0, tried.insert(.max).inserted {
            return git_credential_ssh_key_from_agent(out, name)
        }
        return GIT_EAUTH.rawValue
    }

    private func isOwnHost(_ url: String) -> Bool {
        guard case .network(_, let host, let port) = address,
            case .network(_, let askedHost, let askedPort)? = try? RemoteAddress(url)
        else { return false }
        return host.lowercased() == askedHost.lowercased() && port == askedPort
    }
}
