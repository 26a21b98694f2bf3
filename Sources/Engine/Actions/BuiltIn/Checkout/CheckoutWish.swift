import Foundation
import Git

/// What a step asks of checkout, its inputs understood.
struct CheckoutWish: Sendable {
    enum Submodules: Sendable { case none, direct, recursive }

    var facts: RunFacts
    /// `owner/name`.
    var repository: String
    var ref: String
    var folder: String
    var depth: Int
    var fetchesTags: Bool
    var clean: Bool
    var lfs: Bool
    var submodules: Submodules
    var persistsCredentials: Bool
    var filter: String
    var sparse: CheckoutOptions.Sparse?
    /// The forge that was named, if it is not the run's own.
    var otherServer: String?
    var token: String
    /// Whether the token is the run's, which is for the run's own forge alone.
    var isJobToken: Bool
    var actionSources: [String]
    /// By ssh with a key of the step's: the address, and the copy that was made of what is not here.
    var ssh: (address: String, copy: String?)?

    /// Whether this is the repository that the run is of.
    var isOwn: Bool {
        otherServer == nil && repository.lowercased() == facts.repository.fullName.lowercased()
    }

    init(_ call: BuiltInCall) throws {
        facts = call.facts
        repository = call["repository"].isEmpty ? facts.repository.fullName : call["repository"]
        let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw StepFailure("Invalid repository '\(repository)'. Expected format {owner}/{repo}.")
        }
        ref = call["ref"]
        folder = try call.folder(under: call["path"], named: "Repository path")
        guard let depth = Int(call["fetch-depth"].isEmpty ? "1" : call["fetch-depth"]), depth >= 0 else {
            throw StepFailure("Input 'fetch-depth' must be a whole number, not '\(call["fetch-depth"])'")
        }
        self.depth = depth
        fetchesTags = try call.flag("fetch-tags")
        clean = try call.flag("clean", orEmpty: true)
        lfs = try call.flag("lfs")
        persistsCredentials = try call.flag("persist-credentials")
        // Nothing to do: there is no progress to show, and the workspace belongs to the user that runs the steps.
        for name in ["show-progress", "set-safe-directory"] {
            _ = try call.flag(name, orEmpty: true)
        }
        submodules =
            switch call["submodules"].lowercased() {
            case "recursive": .recursive
            case "true": .direct
            case "false", "": .none
            default:
                throw StepFailure(
                    "Input 'submodules' must be true, false or recursive, not '\(call["submodules"])'"
                )
            }
        filter = call["filter"]
        let lines = call["sparse-checkout"].split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let isCone = try call.flag("sparse-checkout-cone-mode", orEmpty: true)
        sparse = lines.isEmpty ? nil : isCone ? .folders(lines) : .patterns(lines)
        let server = call["github-server-url"]
        otherServer =
            server.isEmpty || Self.bare(server) == Self.bare(facts.repository.serverURL) ? nil : server
        let given = call["token"]
        isJobToken = given.isEmpty || given == call.jobToken
        token = given.isEmpty ? call.jobToken : given
        actionSources = call.services.actionSources
    }

    /// Goes by ssh where the step has a key for it, but for what lies on this machine.
    mutating func use(_ ssh: SSHAccess?, _ call: BuiltInCall) async throws {
        let server = otherServer ?? facts.repository.serverURL
        guard let ssh, !isOwn || !facts.repository.origin.hasPrefix("/"),
            let address = ssh.address(of: repository, at: server)
        else { return }
        let wish = self
        let isHere = try await BlockingWork.run { try wish.isOwn && CheckoutSource.isHere(wish) }
        self.ssh = (address, isHere ? nil : try await ssh.copy(address, with: ref, call))
    }

    /// Where a repository that is not the run's own may be, in the order to try.
    var otherPlaces: [String] {
        let parts = repository.split(separator: "/")
        let templates = otherServer.map { ["\(Self.bare($0))/{owner}/{repo}"] } ?? actionSources
        return templates.map {
            $0.replacing("{owner}", with: parts[0]).replacing("{repo}", with: parts[1])
        }
    }

    /// What opens a repository: never a token that flowrun made up, and the run's own for its forge alone.
    func credentials(for url: String) -> Credentials {
        guard !token.isEmpty, !LocalToken.isLocal(token) else { return .none }
        let isOwnForge = RemoteAccess.host(of: url) == RemoteAccess.host(of: facts.repository.serverURL)
        return isJobToken && !isOwnForge ? .none : Credentials(token: token)
    }

    /// Whether the folder holds an earlier checkout of the same repository.
    func isCheckout(of origin: String) -> Bool {
        guard FileManager.default.fileExists(atPath: "\(folder)/.git") else { return false }
        // What a step has damaged is no checkout any more.
        return (try? Repository(at: folder).remoteURL("origin")) == origin
    }

    private static func bare(_ url: String) -> String {
        String(url.lowercased().reversed().drop { $0 == "/" }.reversed())
    }
}
