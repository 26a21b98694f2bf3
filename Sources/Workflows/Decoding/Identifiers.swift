import YAML

/// The ids of one scope (the jobs of a workflow, the steps of a job), unique whatever their case.
struct Identifiers {
    static let maximumLength = 100

    private var known: Set<String> = []
    /// How often an id was made of each name, so that the next attempt need not begin anew.
    private var attempts: [String: Int] = [:]

    /// Why a text cannot be an id.
    static func fault(of id: String) -> String? {
        if id.hasPrefix("__") { return "ids that begin with '__' are reserved" }
        let first = id.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
        guard first, id.utf8.allSatisfy(isPart), id.utf8.count < maximumLength else {
            return
                "an id has letters, digits, '-' and '_' only, begins with a letter or '_' and is shorter than "
                + "\(maximumLength) characters"
        }
        return nil
    }

    /// Notes an id; `false` when there is one already.
    mutating func insert(_ id: String) -> Bool { known.insert(id.lowercased()).inserted }

    /// An id that GitHub would give a step that has none: `__run`, `__run_2`, `__actions_checkout`.
    mutating func generate(from name: String) -> String {
        let base =
            "__" + String(decoding: name.utf8.map { Self.isPart($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        var attempt = attempts[base, default: 1]
        defer { attempts[base] = attempt + 1 }
        while true {
            let suffix = attempt == 1 ? "" : "_\(attempt)"
            let id = base.prefix(Self.maximumLength - suffix.count) + suffix
            if insert(String(id)) { return String(id) }
            attempt += 1
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
    }
}

extension Decoder {
    /// Checks an id and notes it in its scope.
    func checkIdentifier(_ id: String, at node: Node, of what: String, in scope: inout Identifiers) {
        if let fault = Identifiers.fault(of: id) {
            report(node, "identifier", "'\(id)' cannot be the id of a \(what)", hint: fault)
        } else if !scope.insert(id) {
            report(node, "duplicate-id", "the id '\(id)' is already that of another \(what)")
        }
    }
}
