/// Which forge holds a repository, where its API answers, and what the repository is called there.
package struct ForgeAddress: Sendable, Equatable {
    package enum Driver: String, Sendable, CaseIterable { case github, gitlab, gitea }

    package var driver: Driver
    /// Without a slash at the end.
    package var api: String
    /// The repository's page.
    package var web: String
    /// `owner/name`; on GitLab there may be groups in between.
    package var repository: String

    package init(driver: Driver, api: String, web: String, repository: String) {
        self.driver = driver
        self.api = api
        self.web = web
        self.repository = repository
    }

    /// The forge of a repository: `--repo`, else what the remote `origin` says.
    ///
    /// Nil where the remote is a folder of this
    /// machine, which no forge serves.
    ///
    /// An API address of the environment is used only where it is of the very host that the repository is on: a token
    /// goes nowhere else.
    package static func detect(
        driver given: String? = nil,
        repository: String? = nil,
        origin: String? = nil,
        environment: [String: String] = [:]
    ) throws(ReportsError) -> ForgeAddress? {
        var chosen: Driver?
        if let given, !given.isEmpty {
            if given == "forgejo" {
                chosen = .gitea
            } else if given == "bitbucket" {
                throw bitbucket
            } else if let driver = Driver(rawValue: given) {
                chosen = driver
            } else {
                throw ReportsError(.badOption("driver `\(given)` is none of `github`, `gitlab` or `gitea`"))
            }
        }
        guard let address = repository ?? origin ?? fromEnvironment(environment),
            let remote = RemoteAddress(address)
        else { return nil }
        let driver: Driver
        if let chosen { driver = chosen } else { driver = try hint(remote, environment) }
        let api = api(of: driver, at: remote, environment)
        return ForgeAddress(
            driver: driver,
            api: api,
            web: remote.origin + "/" + remote.path,
            repository: remote.path
        )
    }

    private static let bitbucket = ReportsError(
        .unsupported("Bitbucket is not supported; GitHub, GitLab, Gitea and Forgejo are")
    )

    private static func fromEnvironment(_ environment: [String: String]) -> String? {
        if let server = environment["GITHUB_SERVER_URL"], let name = environment["GITHUB_REPOSITORY"] {
            return server + "/" + name
        }
        return environment["CI_PROJECT_URL"]
    }

    private static func hint(
        _ remote: RemoteAddress,
        _ environment: [String: String]
    ) throws(ReportsError) -> Driver {
        func isHost(of variable: String) -> Bool {
            environment[variable].flatMap(RemoteAddress.host)?.lowercased() == remote.authority
        }
        let host = remote.host
        let isGiteaJob = environment["GITEA_ACTIONS"] == "true" || environment["FORGEJO_ACTIONS"] == "true"
        if host == "bitbucket.org" || environment["BITBUCKET_REPO_UUID"] != nil { throw bitbucket }
        if host == "github.com" || host.hasPrefix("github.") || host.hasSuffix(".ghe.com") { return .github }
        if host == "gitlab.com" || host.hasPrefix("gitlab.") || isHost(of: "CI_SERVER_URL") { return .gitlab }
        if ["codeberg.org", "gitea.com"].contains(host) || host.contains("gitea") || host.contains("forgejo")
        {
            return .gitea
        }
        if isHost(of: "GITHUB_SERVER_URL") { return isGiteaJob ? .gitea : .github }
        throw ReportsError(.unknownForge(address: remote.origin))
    }

    private static func api(
        of driver: Driver,
        at remote: RemoteAddress,
        _ environment: [String: String]
    ) -> String {
        func matching(_ variable: String) -> String? {
            guard let value = environment[variable],
                RemoteAddress.host(value)?.lowercased() == remote.authority
            else {
                return nil
            }
            return value.hasSuffix("/") ? String(value.dropLast()) : value
        }
        switch driver {
        case .github where remote.host == "github.com": return "https://api.github.com"
        case .github: return matching("GITHUB_API_URL") ?? remote.origin + "/api/v3"
        case .gitlab: return matching("CI_API_V4_URL") ?? remote.origin + "/api/v4"
        case .gitea: return remote.origin + "/api/v1"
        }
    }
}

/// The parts of a git remote's address.
///
/// Credentials in it are dropped.
struct RemoteAddress: Equatable {
    /// `https://host:port`: where the forge's pages are.
    var origin: String
    var host: String
    /// Host and port, as they stand in the origin.
    var authority: String
    /// `owner/name`, without `.git`.
    var path: String

    /// Understands `https://…`, `ssh://…`, `git://…` and `git@host:owner/name`; nil for everything local.
    init?(_ address: String) {
        var rest = address[...]
        var scheme = "https"
        if let separator = rest.firstRange(of: "://") {
            scheme = rest[..<separator.lowerBound].lowercased()
            rest = rest[separator.upperBound...]
        } else if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") {
            // The short form of ssh: what follows the colon is a path.
            rest = rest[..<colon] + "/" + rest[rest.index(after: colon)...].drop { $0 == "/" }
            scheme = "ssh"
        } else {
            return nil
        }
        guard ["https", "http", "ssh", "git", "git+ssh"].contains(scheme),
            let slash = rest.firstIndex(of: "/")
        else { return nil }
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var name = rest[rest.index(after: slash)...]
        while name.hasSuffix("/") { name = name.dropLast() }
        if name.hasSuffix(".git") { name = name.dropLast(4) }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
            return nil
        }

        let host = Self.withoutPort(authority.lowercased())
        guard !host.isEmpty else { return nil }
        self.host = host
        // The port of ssh is not that of the pages.
        let isWeb = scheme == "https" || scheme == "http"
        self.authority = isWeb ? authority.lowercased() : host
        origin = (scheme == "http" ? "http" : "https") + "://" + self.authority
        path = String(name)
    }

    static func host(_ url: String) -> String? {
        guard let separator = url.firstRange(of: "://") else { return nil }
        let authority = url[separator.upperBound...].prefix { $0 != "/" }
        return authority.isEmpty ? nil : String(authority.split(separator: "@").last ?? authority)
    }

    private static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[...end])
        }
        return String(authority.prefix { $0 != ":" })
    }
}
