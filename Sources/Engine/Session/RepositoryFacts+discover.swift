import Foundation
package import Git

extension RepositoryFacts {
    /// The facts of a repository of this machine.
    ///
    /// The full name is that of its `origin` where that is a forge's; otherwise the owner is the user and the name the folder's.
    package init(of repository: Repository, user: String) throws(GitError) {
        let path = repository.workTree ?? repository.gitDirectory
        let origin = try repository.remoteURL("origin")
        let forge = origin.flatMap(ForgeAddress.init)
        var folder = URL(fileURLWithPath: path).lastPathComponent
        if folder.hasSuffix(".git") { folder = String(folder.dropLast(4)) }
        let server = forge.map { "https://\($0.host)" } ?? "https://github.com"
        self.init(
            path: path,
            fullName: forge?.path ?? "\(user)/\(folder)",
            defaultBranch: try repository.defaultBranch() ?? "main",
            origin: origin.map { Self.absolute($0, from: path) } ?? path,
            serverURL: server,
            apiURL: server == "https://github.com" ? "https://api.github.com" : "\(server)/api/v1"
        )
    }

    /// A remote may be a path relative to the repository.
    private static func absolute(_ origin: String, from path: String) -> String {
        let isPath = !origin.contains("://") && !(origin.contains(":") && !origin.hasPrefix("/"))
        guard isPath, !origin.hasPrefix("/") else { return origin }
        return URL(fileURLWithPath: "\(path)/\(origin)").standardizedFileURL.path
    }
}

/// A repository's place on a forge, from the address of a remote.
struct ForgeAddress {
    var host: String
    /// The full name, `owner/name`.
    var path: String

    /// `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name.git`; anything else is no forge.
    init?(_ url: String) {
        var rest = url[...]
        let isScheme = ["https://", "http://", "ssh://"].contains { scheme in
            guard rest.hasPrefix(scheme) else { return false }
            rest = rest.dropFirst(scheme.count)
            return true
        }
        let separator: Character = isScheme ? "/" : ":"
        guard let end = rest.firstIndex(of: separator), isScheme || !rest.hasPrefix("/") else { return nil }
        let authority = rest[..<end]
        guard isScheme || authority.contains("@") else { return nil }
        host = String(authority.split(separator: "@").last ?? authority)
        var path = rest[rest.index(after: end)...].split(separator: "/").joined(separator: "/")
        if path.hasSuffix(".git") { path = String(path.dropLast(4)) }
        guard path.contains("/"), !host.isEmpty else { return nil }
        self.path = path
    }
}
