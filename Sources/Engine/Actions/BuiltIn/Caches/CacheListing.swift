import Foundation

/// What `tar -tv` says of a cache's archive, checked line by line before anything of it is unpacked.
///
/// Files, folders and links alone are let pass, below the paths that the step asks for, none of them by way of a link, and
/// no more bytes than could be honest.
struct CacheListing: Sendable {
    private let workspace: String
    private let roots: [String]
    private var left: Int64
    private var line: [UInt8] = []
    private var fault: String?
    private var folders: Set<String> = []
    private var links: Set<String> = []
    private var said: [String] = []

    /// - Parameters:
    ///   - roots: The folders and files that may be written.
    ///   - limit: Of bytes.
    init(workspace: String, roots: [String], limit: Int64) {
        self.workspace = workspace
        self.roots = roots
        left = limit
    }

    /// Takes output of `tar` as it comes.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes where fault == nil {
            if byte == UInt8(ascii: "\n") {
                check(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            } else if line.count < 1 << 16 {
                line.append(byte)
            } else {
                fault = "a line of its list has no end"
            }
        }
    }

    /// - Throws: What is wrong with the archive.
    func finish(status: Int32) throws(StepFailure) {
        if let fault { throw StepFailure("the cache is refused: \(fault)") }
        guard status == 0 else {
            throw StepFailure(
                (["tar cannot read the cache: exit code \(status)"] + said).joined(separator: "; ")
            )
        }
        // A link that is in the archive must be nothing that another entry goes through, nor may one be there already.
        for folder in folders {
            if links.contains(folder) {
                throw StepFailure("the cache is refused: '\(folder)' is a link and a folder")
            }
            var facts = stat()
            if lstat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK {
                throw StepFailure(
                    "the cache is refused: '\(folder)' is a link here, and would be written through"
                )
            }
        }
    }

    private mutating func check(_ line: String) {
        guard let kind = line.first, "-dlhbcps".contains(kind), line.contains(" \"") else {
            if said.count < 3 { said.append(line) }
            return
        }
        var words = line[...]
        for index in 0..<5 {
            let word = words.prefix { $0 != " " }
            if index == 2 { left -= Int64(word) ?? 0 }
            words = words.dropFirst(word.count).drop { $0 == " " }
        }
        guard left >= 0 else { return refuse("it is too large when it is unpacked") }
        guard "-dlh".contains(kind) else { return refuse("it holds a device or a pipe") }
        if kind != "d", line.prefix(10).lowercased().contains("s") {
            return refuse("it holds a program that would run as somebody else")
        }
        var names = words
        guard let name = Self.quoted(&names), let path = place(name) else {
            return refuse("'\(words.prefix(200))' is not below the paths of this step")
        }
        switch kind {
        case "d": folders.insert(path)
        case "l": links.insert(path)
        case "h":
            names = names.drop { $0 != "\"" }
            guard let target = Self.quoted(&names), let other = place(target), !links.contains(other) else {
                return refuse("'\(name)' is a link to something else")
            }
        default: break
        }
        var parent = (path as NSString).deletingLastPathComponent
        while roots.contains(where: { parent == $0 || parent.hasPrefix($0 + "/") }),
            folders.insert(parent).inserted
        {
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    private mutating func refuse(_ reason: String) { fault = fault ?? reason }

    /// Where an entry would be written; nil where that is not below one of the roots.
    private func place(_ name: String) -> String? {
        var parts: [Substring] = name.hasPrefix("/") ? [] : workspace.split(separator: "/")
        for part in name.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let path = "/" + parts.joined(separator: "/")
        return roots.contains { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") } ? path : nil
    }

    /// Reads one name in C's quotes.
    private static func quoted(_ text: inout Substring) -> String? {
        guard text.first == "\"" else { return nil }
        var bytes: [UInt8] = []
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") {
                text = Substring(rest)
                return String(validating: bytes, as: UTF8.self)
            }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let next = rest.popFirst() else { return nil }
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = Int(next - 0x30)
                for _ in 0..<2 {
                    guard let digit = rest.first, (0x30...0x37).contains(digit) else { break }
                    value = value * 8 + Int(digit - 0x30)
                    rest = rest.dropFirst()
                }
                bytes.append(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "a"): bytes.append(0x07)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "v"): bytes.append(0x0B)
            default: bytes.append(next)
            }
        }
        return nil
    }
}
