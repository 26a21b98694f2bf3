extension CoreValue {
    private static let tagPrefix = "tag:yaml.org,2002:"
    static let stringTag = tagPrefix + "str"

    /// What is wrong with a tag.
    enum TagFault: Error, Equatable {
        case unknown(String)
        case misfit(text: String, tag: String)

        func diagnostic(at place: SourceLocation) -> Diagnostic {
            switch self {
            case .unknown(let tag):
                Diagnostic(
                    location: place,
                    length: tag.count,
                    code: "yaml-tag",
                    message: "unknown tag '\(tag)'",
                    hint: "text that begins with '!' must be quoted"
                )
            case .misfit(let text, let tag):
                Diagnostic(
                    location: place,
                    code: "yaml-tag",
                    message: "'\(text)' is not of the type that its tag '!!\(tag)' names"
                )
            }
        }
    }

    /// Types a text by its tag, which must be one of the core schema's.
    static func tagged(_ tag: String, _ text: String) -> Result<CoreValue, TagFault> {
        guard tag.hasPrefix(tagPrefix) else { return .failure(.unknown(tag)) }
        let name = String(tag.dropFirst(tagPrefix.count))
        let typed: CoreValue?
        switch name {
        case "str": typed = .string(text)
        case "null": typed = null(text)
        case "bool": typed = boolean(text)
        case "int": typed = integer(text)
        case "float": typed = float(text) ?? integer(text)
        default: return .failure(.unknown(tag))
        }
        return typed.map(Result.success) ?? .failure(.misfit(text: text, tag: name))
    }
}
