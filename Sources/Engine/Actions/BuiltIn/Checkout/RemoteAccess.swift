import Foundation
import Git

/// A token for a repository on the web, in the form in which a step's own git reads it.
struct RemoteAccess: Sendable {
    /// `http.https://github.com/.extraheader`.
    let key: String
    /// What masks have to know beside the token itself.
    let encoded: String

    var value: String { "AUTHORIZATION: basic \(encoded)" }

    /// Nil where git needs none: the address is none of the web's, or there is no token.
    init?(url: String, token: String?) {
        guard let token, let address = URL(string: url), let host = address.host, let scheme = address.scheme,
            scheme == "https" || scheme == "http"
        else { return nil }
        let port = address.port.map { ":\($0)" } ?? ""
        key = "http.\(scheme)://\(host)\(port)/.extraheader"
        encoded = Data("x-access-token:\(token)".utf8).base64EncodedString()
    }

    /// Variables by which one call of git gets the token, without a file and without an argument.
    var environment: [String: String] {
        ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": value]
    }

    func persist(in folder: String) throws { try Repository(at: folder).setConfig(key, value) }

    /// Takes the token out of the repositories that are still there.
    func forget(in folders: [String]) -> [String] {
        folders.compactMap { folder in
            guard FileManager.default.fileExists(atPath: "\(folder)/.git") else { return nil }
            do {
                try Repository(at: folder).removeConfig(key)
                return "Removed the credentials from \(folder)"
            } catch {
                return "##[warning]The credentials are still in \(folder): \(error)"
            }
        }
    }

    /// Host and port of a web address; nil for any other.
    static func host(of url: String) -> String? {
        guard let address = URL(string: url), let host = address.host else { return nil }
        return "\(host.lowercased()):\(address.port ?? 0)"
    }
}
