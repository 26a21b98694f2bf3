import HTTPTypes

/// A request of git's own protocol over HTTP.
struct GitCall {
    enum Service: String {
        case fetch = "git-upload-pack"
        case push = "git-receive-pack"
    }

    let service: Service
    /// `owner/name`, as the address has it, without `.git`.
    let repository: String
    /// Whether it asks what refs there are; otherwise it sends or fetches objects.
    let isAdvertisement: Bool

    /// Whether an address is one under which git looks for something of a repository.
    static func isOne(_ path: [String]) -> Bool {
        path.count >= 3 && (path[2] == "info" || path[2].hasPrefix("git-") || path[2] == "objects")
    }

    init(_ method: HTTPRequest.Method, _ path: [String], service query: String?) throws(ToolkitFault) {
        let asked: String?
        switch (method, path.count) {
        case (.get, 4) where path[2] == "info" && path[3] == "refs":
            guard let query else {
                throw ToolkitFault(.invalid, "Only git's smart protocol is spoken here")
            }
            asked = query
            isAdvertisement = true
        case (.post, 3):
            asked = path[2]
            isAdvertisement = false
        default:
            throw ToolkitFault(.badRoute, "Git has nothing at this address")
        }
        guard let asked, let service = Service(rawValue: asked) else {
            throw ToolkitFault(.badRoute, "Git has no such service here")
        }
        self.service = service
        let name = path[1].hasSuffix(".git") ? String(path[1].dropLast(4)) : path[1]
        repository = "\(path[0])/\(name)"
    }
}
