import Expressions
import Foundation

/// An object whose keys keep the order they are written in.
func object(_ pairs: KeyValuePairs<String, Value>) -> Value {
    .object(ObjectValue(pairs.map { (key: $0.key, value: $0.value) }))
}

func list(_ values: some Sequence<Value>) -> Value { .array(ArrayValue(Array(values))) }

func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }

func number(_ number: (some BinaryInteger)?) -> Value { number.map { .number(Double($0)) } ?? .null }

extension PayloadRepository {
    var payload: Value {
        object([
            "id": number(id),
            "name": .string(name),
            "full_name": .string(fullName),
            "private": .boolean(isPrivate),
            "visibility": .string(isPrivate ? "private" : "public"),
            "owner": user(named: owner),
            "html_url": .string(htmlURL),
            "url": .string(resourceURL),
            "description": .null,
            "fork": .boolean(false),
            "archived": .boolean(false),
            "clone_url": .string(cloneURL),
            "git_url": .string(cloneURL),
            "ssh_url": .string(cloneURL),
            "default_branch": .string(defaultBranch),
            "master_branch": .string(defaultBranch),
        ])
    }

    func user(named login: String) -> Value {
        object([
            "login": .string(login),
            "name": .string(login),
            "type": .string("User"),
            "html_url": .string("\(serverURL)/\(login)"),
            "url": .string("\(apiURL)/users/\(login)"),
        ])
    }
}

extension PayloadPerson {
    /// With the person's name on the forge, where it is known.
    func payload(login: String? = nil) -> Value {
        object([
            "name": .string(name),
            "email": .string(email),
            "username": text(login),
        ])
    }
}

extension PayloadCommit {
    func payload(in repository: PayloadRepository) -> Value {
        object([
            "id": .string(id),
            "tree_id": .string(treeID),
            "distinct": .boolean(true),
            "message": .string(message),
            "timestamp": .string(timestamp.payloadText(utcOffset: utcOffset)),
            "url": .string("\(repository.htmlURL)/commit/\(id)"),
            "author": author.payload(),
            "committer": committer.payload(),
            "added": list(added.map(Value.string)),
            "removed": list(removed.map(Value.string)),
            "modified": list(modified.map(Value.string)),
        ])
    }

    /// The shorter form that `workflow_run` has.
    var summary: Value {
        object([
            "id": .string(id),
            "tree_id": .string(treeID),
            "message": .string(message),
            "timestamp": .string(timestamp.payloadText(utcOffset: utcOffset)),
            "author": author.payload(),
            "committer": committer.payload(),
        ])
    }
}

extension Date {
    /// RFC 3339 in whole seconds: with the offset where one is given (as commits have it), else in UTC with `Z`.
    func payloadText(utcOffset: Int? = nil) -> String {
        let offset = utcOffset ?? 0
        let local = Int64(timeIntervalSince1970.rounded(.down)) + Int64(offset)
        let (day, second) = local.quotientAndRemainder(flooringBy: 86_400)
        let date = CivilDate(daysSinceEpoch: Int(day))
        let time = [Int(second) / 3600, Int(second) / 60 % 60, Int(second) % 60]
        let clock = time.map { Self.padded($0, 2) }.joined(separator: ":")
        let calendar =
            "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
        guard utcOffset != nil else { return "\(calendar)T\(clock)Z" }
        let minutes = abs(offset) / 60
        let zone = "\(offset < 0 ? "-" : "+")\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
        return "\(calendar)T\(clock)\(zone)"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
