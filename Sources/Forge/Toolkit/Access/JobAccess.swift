import Crypto
import Engine
import Expressions
import Foundation
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// Which jobs may use the services: each shows a token of its own, which holds until the job ends.
///
/// The key lives as long as this process: no token outlives it.
final class JobAccess: Sendable {
    /// What a token lets its bearer do.
    enum Purpose: String {
        /// Artifacts and caches.
        case services = "Actions.Results"
        /// Asking for tokens that tell others which job it is.
        case identity = "Actions.GenerateIdToken"
    }

    /// Longer than the longest job of GitHub's own runners; those of other people's may take five days.
    private static let longest: TimeInterval = 5 * 86_400

    private let key = SymmetricKey(size: .bits256)
    private let jobs = Mutex<[Int64: ToolkitJob]>([:])

    func admit(_ job: ToolkitJob) { jobs.withLock { $0[job.id] = job } }

    func dismiss(_ id: Int64) { jobs.withLock { $0[id] = nil } }

    /// A job's token.
    ///
    /// Clients read the run's and the job's ids out of `scp`, and send them back in each request.
    func token(for job: ToolkitJob, to purpose: Purpose, at now: Date = Date()) -> String {
        let seconds = Int(now.timeIntervalSince1970)
        let scopes = CacheScopes(of: job.facts)
        return WebToken.signed(with: key) { json in
            json.field("scp", "\(purpose.rawValue):\(BackendID.run(of: job)):\(BackendID.job(of: job))")
            json.field("iat", seconds)
            json.field("nbf", seconds - 60)
            json.field("exp", seconds + Int(Self.longest))
            json.field("job_id", String(job.id))
            json.field("run_id", String(job.facts.runID))
            json.field("repository", job.facts.repository.fullName)
            json.field("ac", scopes.claim)
        }
    }

    /// The job whose own token a request shows, the token that its steps know as `github.token`.
    ///
    /// It comes as `token T`, as `Bearer T`, or as the password of some user, whose name says nothing.
    ///
    /// - Throws: `unauthenticated` where there is none, or that of a job that has ended.
    func bearer(of request: Request) throws(ToolkitFault) -> ToolkitJob {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2 else {
            throw ToolkitFault(.unauthenticated, "Requires authentication")
        }
        var token = String(words[1])
        switch words[0].lowercased() {
        case "token", "bearer": break
        case "basic":
            let pair = Data(base64Encoded: token).map { String(decoding: $0, as: UTF8.self) } ?? ""
            token = pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) } ?? ""
        default: token = ""
        }
        let job = jobs.withLock { jobs in jobs.values.first { $0.token == token } }
        guard let job, !token.isEmpty else { throw ToolkitFault(.unauthenticated, "Bad credentials") }
        return job
    }

    /// The job that sent a request.
    ///
    /// - Throws: `unauthenticated` where the request shows no token that holds, `denied` where it is for something else.
    func job(
        of request: Request,
        for purpose: Purpose,
        at now: Date = Date()
    ) throws(ToolkitFault) -> ToolkitJob {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw ToolkitFault(.unauthenticated, "The request shows no token")
        }
        guard let text = WebToken.claims(of: String(words[1]), signedWith: key),
            let claims = try? Value(json: text), case .number(let end) = claims["exp"],
            let id = Int64(claims["job_id"].text)
        else { throw ToolkitFault(.unauthenticated, "The token is none of this run's") }
        guard now.timeIntervalSince1970 < end, let job = jobs.withLock({ $0[id] }) else {
            throw ToolkitFault(.unauthenticated, "The token's job has ended")
        }
        guard claims["scp"].text.hasPrefix(purpose.rawValue + ":") else {
            throw ToolkitFault(.denied, "The token is for something else")
        }
        return job
    }
}

/// What runs and jobs are called in requests: free text to the clients.
enum BackendID {
    static func run(of job: ToolkitJob) -> String { run(job.facts.runID) }
    static func run(_ id: Int64) -> String { "run-\(id)" }
    static func job(of job: ToolkitJob) -> String { self.job(job.id) }
    static func job(_ id: Int64) -> String { "job-\(id)" }
}
