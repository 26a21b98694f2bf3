import Engine
import Expressions
import Git
import HTTPTypes
import Hummingbird
import Serving
import Store

/// A request to the REST API about the job's own repository.
struct APICall: Sendable {
    let job: ToolkitJob
    let method: HTTPRequest.Method
    /// After `/repos/owner/name`.
    let path: [String]
    let query: Query
    /// `127.0.0.1:PORT`, as the client reaches this server.
    let host: String
    /// The media types that the client wants.
    let accept: String
    /// What was sent; null where nothing was.
    let body: Value

    /// More than GitHub takes as the text of a comment.
    private static let longestBody = 1 << 20

    init(_ request: Request, job: ToolkitJob, path: [String], query: Query) async throws {
        self.job = job
        method = request.method
        self.path = path.last == "" ? Array(path.dropLast()) : path
        self.query = query
        host = request.head.authority ?? ""
        accept = request.headers[.accept] ?? ""
        let text = String(buffer: try await request.body.collect(upTo: Self.longestBody))
        guard !text.isEmpty else {
            body = .null
            return
        }
        do {
            body = try Value(json: text)
        } catch {
            throw ToolkitFault(.malformed, "Problems parsing JSON")
        }
    }

    var facts: RepositoryFacts { job.facts.repository }

    /// The address of the repository in this API.
    var url: String { "http://\(host)/\(ForgeAPI.root.joined(separator: "/"))/repos/\(facts.fullName)" }

    /// Refuses what the job's `permissions` do not have.
    func require(_ level: TokenRights.Level, of scopes: String...) throws(ToolkitFault) {
        guard scopes.contains(where: { job.rights[$0] >= level }) else {
            throw ToolkitFault(.denied, "Resource not accessible by integration")
        }
    }

    /// A text that has to be sent.
    func required(_ name: String) throws(ToolkitFault) -> String {
        guard case .string(let text) = body[name], !text.isEmpty else {
            throw ToolkitFault(.unprocessable, "Invalid request. \"\(name)\" wasn't supplied.")
        }
        return text
    }

    /// Which of many things are asked for: `page` and `per_page`.
    var page: (first: Int, count: Int) {
        let count = min(max(query["per_page"].flatMap(Int.init) ?? 30, 1), 100)
        let page = min(max(query["page"].flatMap(Int.init) ?? 1, 1), 1_000_000)
        return ((page - 1) * count, count)
    }

    /// Asks git, on a thread that may wait.
    func git<Result: Sendable>(
        _ ask: @escaping @Sendable (Repository) throws -> Result
    ) async throws -> Result {
        let path = ServedRepository(facts).path
        return try await offPool { try ask(Repository(at: path)) }
    }

    /// Asks git for something at a commit, which the user's repository may have before `origin` has it.
    ///
    /// - Parameter revision: A branch, a tag, a full ref or a commit's id; the default branch where it is nil.
    func git<Result: Sendable>(
        at revision: String?,
        _ ask: @escaping @Sendable (Repository, CommitID) throws -> Result
    ) async throws -> Result {
        let revision = revision.flatMap { $0.isEmpty ? nil : $0 } ?? facts.defaultBranch
        let isPlain = CommitID(revision) != nil || RefName.isValidShort(revision)
        guard isPlain, !revision.contains("~"), !revision.contains("^") else {
            throw ToolkitFault(.unprocessable, "No commit found for SHA: \(revision)")
        }
        let places = [ServedRepository(facts).path, facts.path, facts.source]
        return try await offPool {
            for place in places {
                let repository = try Repository(at: place)
                let name =
                    revision.hasPrefix("heads/") || revision.hasPrefix("tags/")
                    ? "refs/\(revision)" : revision
                // What one of them does not know the next one may.
                guard let found = try? repository.resolve(name), try repository.contains(found.commit) else {
                    continue
                }
                return try ask(repository, found.commit)
            }
            throw ToolkitFault(.unprocessable, "No commit found for SHA: \(revision)")
        }
    }
}
