import Foundation

/// What a server answered.
struct Answer: Sendable {
    var status: Int
    /// By lower-case name.
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; empty where it is none.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    /// What a list of artifacts holds.
    var artifacts: [[String: Any]] { json["artifacts"] as? [[String: Any]] ?? [] }
}

/// Sends one request with the real `curl`; paths are sent as they are.
func curl(_ arguments: String..., input: Data? = nil) async throws -> Answer {
    try await curl(arguments, input: input)
}

func curl(_ arguments: [String], input: Data? = nil) async throws -> Answer {
    let folder = FileManager.default.temporaryDirectory.path + "/forge-curl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var words = [
        "-sS", "--max-time", "60", "--path-as-is", "-D", "\(folder)/headers", "-o", "\(folder)/body",
    ]
    words += arguments
    if let input {
        try input.write(to: URL(fileURLWithPath: folder + "/input"))
        words += ["--data-binary", "@\(folder)/input"]
    }
    let done = try await runProgram("curl", words)
    // 18: the answer broke off, which some tests are about.
    guard done.status == 0 || done.status == 18 else {
        throw CommandFailure(command: "curl: \(done.output)", status: done.status)
    }
    let head = try String(contentsOfFile: "\(folder)/headers", encoding: .utf8)
        .replacingOccurrences(of: "\r", with: "")
    // The last block: the ones before it say `100 Continue`.
    let lines =
        head.trimmingCharacters(in: .newlines).components(separatedBy: "\n\n").last?.split(separator: "\n")
        ?? []
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
        let sides = line.split(separator: ":", maxSplits: 1)
        guard sides.count == 2 else { continue }
        fields[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
    }
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Answer(
        status: status,
        headers: fields,
        body: FileManager.default.contents(atPath: "\(folder)/body") ?? Data()
    )
}

struct CommandFailure: Error {
    var command: String
    var status: Int32
}

/// Runs a program from the PATH to its end; what it printed, on both streams.
func runProgram(
    _ program: String,
    _ arguments: [String],
    environment: [String: String]? = nil,
    in folder: String? = nil
) async throws -> (status: Int32, output: String) {
    let log = FileManager.default.temporaryDirectory.path + "/forge-output-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: log))
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let environment { process.environment = environment }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return (status, String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
}
