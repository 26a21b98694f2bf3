import Foundation
package import Git

extension RepositoryFacts {
    /// The facts of a repository of this machine.
    ///
    /// The full name is that of its `origin` where that is a forge's; otherwise the owner is the user and the name the folder's.
    /// They are the same in each of its working folders.
    package init(of repository: Repository, user: String) throws(GitError) {
        let main = try repository.main()
        let path = try repository.mainFolder()
        let origin = try main.remoteURL("origin")
        let forge = origin.flatMap(ForgeAddress.init)
        var folder = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? "/"
        if folder.hasSuffix(".git") { folder = String(folder.dropLast(4)) }
        let server = forge?.server ?? "https://github.com"
        self.init(
            path: path,
            fullName: forge?.path ?? "\(user)/\(folder)",
            defaultBranch: try main.defaultBranch() ?? "main",
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
    /// The forge's web address: plain HTTP only where the remote is that.
    var server: String
    /// The full name, `owner/name`.
    var path: String

    /// `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name.git`; anything else is no forge.
    init?(_ url: String) {
        var rest = url[...]
        let scheme = ["https", "http", "ssh"].first { url.hasPrefix("\($0)://") }
        if let scheme { rest = rest.dropFirst(scheme.count + 3) }
        let separator: Character = scheme == nil ? ":" : "/"
        guard let end = rest.firstIndex(of: separator), scheme != nil || !rest.hasPrefix("/") else {
            return nil
        }
        let authority = rest[..<end]
        guard scheme != nil || authority.contains("@") else { return nil }
        var host = authority.split(separator: "@").last ?? authority
        // A port of ssh says nothing of the web's.
        if scheme == "ssh" { host = host.prefix { $0 != ":" } }
        server = (scheme == "http" ? "http://" : "https://") + host
        var path = rest[rest.index(after: end)...].split(separator: "/").joined(separator: "/")
        if path.hasSuffix(".git") { path = String(path.dropLast(4)) }
        guard path.contains("/"), !host.isEmpty else { return nil }
        self.path = path
    }
}
