import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// One run of `git http-backend`, git's own answer to its clients (CGI, RFC 3875).
struct GitBackend: Sendable {
    var call: GitCall
    var repository: ServedRepository
    /// Who pushes, for the hooks of the repository.
    var user: String
    /// The version of git's protocol that the client speaks.
    var gitProtocol: String?
    var contentType: String?
    var contentEncoding: String?

    /// Blocks its thread until git is done.
    ///
    /// - Parameter input: What the client sent.
    func run(_ input: ScratchFile, into output: ScratchFile) throws {
        try input.handle.seek(toOffset: 0)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "http-backend"]
        process.environment = environment.merging(["CONTENT_LENGTH": String(input.size)]) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = input.handle
        process.standardOutput = output.handle
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard output.size > 0 else { throw ToolkitFault(.broken, "`git http-backend` gave no answer") }
    }

    /// The client's answer: git's headers, and its body a piece at a time.
    func response(from output: ScratchFile) async throws -> Response {
        let start = try await offPool { try output.read(1 << 13, at: 0) }
        let head = String(buffer: start)
        guard let end = head.range(of: "\r\n\r\n") else {
            throw ToolkitFault(.broken, "`git http-backend` gave no header")
        }
        var status = HTTPResponse.Status.ok
        var headers: HTTPFields = [:]
        for line in head[..<end.lowerBound].components(separatedBy: "\r\n") {
            let sides = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard sides.count == 2, let name = HTTPField.Name(sides[0]) else { continue }
            if sides[0].lowercased() == "status" {
                status = .init(code: Int(sides[1].prefix(3)) ?? 500)
            } else {
                headers[name] = sides[1]
            }
        }
        let first = Int64(head[..<end.upperBound].utf8.count)
        let size = output.size
        let body = ResponseBody(contentLength: Int(size - first)) { writer in
            var offset = first
            while offset < size {
                let place = offset
                let piece = try await offPool { try output.read(1 << 20, at: place) }
                guard piece.readableBytes > 0 else { throw ToolkitFault(.broken, "git's answer is cut off") }
                offset += Int64(piece.readableBytes)
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    /// Nothing of this process's own but the way to programs and to the user's settings of git, which hold for the
    /// user's own pushes as well.
    private var environment: [String: String] {
        let own = ProcessInfo.processInfo.environment
        var environment = own.filter {
            ["PATH", "HOME", "XDG_CONFIG_HOME", "LANG", "TMPDIR"].contains($0.key)
        }
        let operation = call.isAdvertisement ? "info/refs" : call.service.rawValue
        environment["GIT_HTTP_EXPORT_ALL"] = "1"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["PATH_TRANSLATED"] = "\(repository.path)/\(operation)"
        environment["PATH_INFO"] = "/\(operation)"
        environment["REQUEST_METHOD"] = call.isAdvertisement ? "GET" : "POST"
        environment["QUERY_STRING"] = call.isAdvertisement ? "service=\(call.service.rawValue)" : ""
        environment["REMOTE_ADDR"] = "127.0.0.1"
        environment["REMOTE_USER"] = user
        environment["CONTENT_TYPE"] = contentType
        environment["HTTP_CONTENT_ENCODING"] = contentEncoding
        environment["GIT_PROTOCOL"] = gitProtocol
        if call.service == .fetch, !repository.objects.isEmpty {
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = repository.objects.joined(separator: ":")
        }
        for (number, setting) in settings.enumerated() {
            environment["GIT_CONFIG_KEY_\(number)"] = setting.key
            environment["GIT_CONFIG_VALUE_\(number)"] = setting.value
        }
        environment["GIT_CONFIG_COUNT"] = String(settings.count)
        return environment
    }

    private var settings: [(key: String, value: String)] {
        switch call.service {
        case .fetch:
            // The run's commit may be none that a ref names.
            [
                ("uploadpack.allowAnySHA1InWant", "true"), ("uploadpack.allowFilter", "true"),
                ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"),
            ]
        case .push:
            // A branch that the user has checked out moves with its files, and only where these are as committed.
            [
                ("http.receivepack", "true"), ("receive.denyCurrentBranch", "updateInstead"),
                ("receive.denyNonFastForwards", "true"), ("receive.autogc", "false"),
                ("core.fsmonitor", "false"),
            ]
        }
    }
}
