import Foundation

/// A JSON value, for tests to look into.
enum JSON: Decodable, Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(_ text: String) throws { self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// A member; `.null` where it is absent.
    subscript(key: String) -> JSON {
        if case .object(let pairs) = self { pairs[key] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSON { list.indices.contains(index) ? list[index] : .null }

    var list: [JSON] { if case .array(let values) = self { values } else { [] } }
    var keys: Set<String> { if case .object(let pairs) = self { Set(pairs.keys) } else { [] } }
    var text: String { if case .string(let text) = self { text } else { "" } }
    var int: Int { if case .number(let number) = self { Int(number) } else { -1 } }
    var texts: [String] { list.map(\.text) }

    /// The conclusions of a job's steps by their names.
    var conclusions: [String: String] {
        Dictionary(
            self["steps"].list.map { ($0["name"].text, $0["conclusion"].text) },
            uniquingKeysWith: { $1 }
        )
    }
}

extension SiteResult {
    /// The lines of `--format json`, each as its object; a line that is none fails the test.
    func objects() throws -> [JSON] {
        try output.split(separator: "\n").map { try JSON(String($0)) }
    }

    var everything: String { "status \(status)\n\(output)\(errors)" }
}

extension Site {
    /// A repository with `ci.yml` as its workflow, and more files by path.
    func repository(
        workflow: String,
        _ files: [String: String] = [:],
        named name: String = "repo"
    ) throws
        -> String
    {
        try repository(files.merging([".github/workflows/ci.yml": workflow]) { $1 }, named: name)
    }

    /// Runs `trigger push --format json` and more arguments.
    func push(
        _ arguments: String...,
        in path: String,
        environment more: [String: String] = [:]
    ) throws -> SiteResult {
        try start(
            ["trigger", "push", "--format", "json"] + arguments,
            in: path,
            environment: more
        ).wait(seconds: 120)
    }

    /// A run as `run view --json` gives it; the newest without an id.
    func run(_ id: Int? = nil, in path: String) throws -> JSON {
        let arguments = ["run", "view"] + (id.map { [String($0)] } ?? []) + ["--json"]
        let done = try start(arguments, in: path).wait(seconds: 60)
        guard done.status == 0 else { throw SiteError(message: "run view: \(done.everything)") }
        return try JSON(done.output)
    }

    /// Asks the store something, one line a row, columns parted by `|`.
    func query(_ statement: String) throws -> String {
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], timeout=20)
            for row in db.execute(sys.argv[2]): print('|'.join('' if v is None else str(v) for v in row))
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script, "\(state)/store/flowrun.db", statement],
            in: folder,
            environment: environment
        ).wait(seconds: 60)
        guard done.status == 0 else { throw SiteError(message: "\(statement): \(done.errors)") }
        return done.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Every file below a folder with its mode and content, every link with its target: what must stay the same.
    func contents(of path: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0 else { continue }
            let mode = String(status.st_mode, radix: 8)
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                found[name] = try FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)")
            case S_IFREG:
                let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
                found[name] = "\(mode) \(bytes.base64EncodedString())"
            default: found[name] = mode
            }
        }
        return found
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
