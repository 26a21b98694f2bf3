/// The functions that every expression may call.
enum BuiltIn: String, Sendable, CaseIterable {
    case `case`
    case contains
    case endsWith
    case format
    case fromJSON
    case join
    case startsWith
    case toJSON

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .case: 3...255
        case .contains, .endsWith, .startsWith: 2...2
        case .format: 1...255
        case .fromJSON, .toJSON: 1...1
        case .join: 1...2
        }
    }

    /// The function of a name in lower case.
    init?(lowercaseName: String) {
        switch lowercaseName {
        case "case": self = .case
        case "contains": self = .contains
        case "endswith": self = .endsWith
        case "format": self = .format
        case "fromjson": self = .fromJSON
        case "join": self = .join
        case "startswith": self = .startsWith
        case "tojson": self = .toJSON
        default: return nil
        }
    }
}
