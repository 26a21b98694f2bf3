import Engine
import Git
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// A run's repository over HTTP, as git's own clients fetch from it and push to it.
struct GitService: Sendable {
    let access: JobAccess
    let home: FlowrunHome

    /// What a push on GitHub may have.
    private static let longest: Int64 = 2 << 30

    func answer(_ request: Request, _ path: [String], _ query: Query) async throws -> Response {
        let job = try access.bearer(of: request)
        let call = try GitCall(request.method, path, service: query["service"])
        guard call.repository.lowercased() == job.facts.repository.fullName.lowercased() else {
            throw ToolkitFault(.notFound, "Repository not found.")
        }
        let needed: TokenRights.Level = call.service == .push ? .write : .read
        guard job.rights["contents"] >= needed else {
            let level = call.service == .push ? "write" : "read"
            throw ToolkitFault(.denied, "The job has no `permissions: contents: \(level)`.")
        }
        let facts = job.facts.repository
        let repository = try await offPool { ServedRepository(facts) }
        guard call.service == .fetch || repository.isOrigin else {
            throw ToolkitFault(
                .denied,
                "The origin is on another machine, to which this run's own token says nothing."
            )
        }
        let home = home
        let (input, output) = try await offPool { (try ScratchFile(in: home), try ScratchFile(in: home)) }
        try await receive(request, call, into: input)
        if call.service == .push, let refusal = try await refusal(of: input, repository) {
            return refusal.response
        }
        let backend = GitBackend(
            call: call,
            repository: repository,
            user: job.facts.event.actor,
            gitProtocol: Self.version(request),
            contentType: request.headers[.contentType],
            contentEncoding: request.headers[.contentEncoding]
        )
        try await offPool { try backend.run(input, into: output) }
        return try await backend.response(from: output)
    }

    private func receive(_ request: Request, _ call: GitCall, into file: ScratchFile) async throws {
        guard !call.isAdvertisement else { return }
        var count: Int64 = 0
        try await request.forEachBlock { block in
            count += Int64(block.readableBytes)
            guard count <= Self.longest else {
                throw ToolkitFault(.tooLarge, "The request is larger than 2 GiB")
            }
            try await offPool { try file.append(block) }
        }
        guard call.service == .fetch || request.headers[.contentEncoding] == nil else {
            throw ToolkitFault(.invalid, "A push is not compressed as a whole")
        }
    }

    /// Why git would not take a push, where git itself says less of it.
    private func refusal(of push: ScratchFile, _ repository: ServedRepository) async throws -> PushRefusal? {
        try await offPool {
            let commands = try PushCommands(Array(try push.read(1 << 20, at: 0).readableBytesView))
            guard !commands.shallow.isEmpty else { return nil }
            let origin = try Repository(at: repository.path)
            guard let lacking = try commands.shallow.first(where: { try !origin.contains($0) }) else {
                return nil
            }
            return PushRefusal(
                refs: commands.refs,
                reason: "commit \(lacking.short) of the run has not been pushed to the origin yet",
                isBanded: commands.takesBands
            )
        }
    }

    /// `version=2` and the like, and nothing else.
    private static func version(_ request: Request) -> String? {
        guard let name = HTTPField.Name("Git-Protocol"), let text = request.headers[name],
            text.utf8.count <= 100,
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "=:.-".contains($0)) })
        else { return nil }
        return text
    }
}
