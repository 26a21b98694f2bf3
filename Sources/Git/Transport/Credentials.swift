/// What opens a remote repository.
///
/// The default opens what is public, and over ssh what the user's agent or key opens.
package struct Credentials: Sendable, CustomStringConvertible {
    /// Given as password over https, to the host of the address only.
    package var token: String?
    /// The user that goes with the token.
    package var user: String
    /// A private key for ssh beside what the agent has.
    package var sshKey: String?

    package init(token: String? = nil, user: String = "x-access-token", sshKey: String? = nil) {
        self.token = token
        self.user = user
        self.sshKey = sshKey
    }

    package static let none = Credentials()

    /// Says that there is a token, not which.
    package var description: String { token == nil ? "no token" : "a token for `\(user)`" }
}
