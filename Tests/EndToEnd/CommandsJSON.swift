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

    /// The conclusions of a job's steps by their names.
    var conclusions: [String: String] {
        Dictionary(self["steps"].list.map { ($0["name"].text, $0["conclusion"].text) }, uniquingKeysWith: { $1 })
    }
}
