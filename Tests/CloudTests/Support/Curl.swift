import Foundation

/// What a server answered.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; empty where it is none.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    /// The `name` of each of a listing's items, in their order.
    var names: [String] {
        (json["items"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }
}

/// Sends one request with the real `curl`.
func curl(_ arguments: String..., input: Data? = nil) async throws -> Answer {
    let folder = try TemporaryFolder()
    let headers = folder.path + "/headers"
    let body = folder.path + "/body"
    var words = ["-sS", "--max-time", "60", "-D", headers, "-o", body] + arguments
    if let input {
        try input.write(to: URL(fileURLWithPath: folder.path + "/input"))
        words += ["--data-binary", "@\(folder.path)/input"]
    }
    try await run("curl", words)
    let head = try String(contentsOfFile: headers, encoding: .utf8).replacingOccurrences(of: "\r", with: "")
    // The last block: the ones before it say `100 Continue`.
    let lines =
        head.trimmingCharacters(in: .newlines).components(separatedBy: "\n\n").last?
        .split(separator: "\n") ?? []
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
        let sides = line.split(separator: ":", maxSplits: 1)
        guard sides.count == 2 else { continue }
        fields[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
    }
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let bytes = FileManager.default.contents(atPath: body) ?? Data()
    return Answer(status: status, headers: fields, body: bytes)
}

struct CommandFailure: Error {
    var command: String
    var status: Int32
}

/// Runs a program from the PATH to its end.
func run(_ program: String, _ arguments: [String]) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let status = try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw CommandFailure(command: program, status: status) }
}
