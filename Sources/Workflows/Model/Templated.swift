package import Expressions
package import YAML

/// A value of a workflow file that may hold `${{ }}` anywhere in it: a scalar, a list or a mapping, each with its place.
package indirect enum TemplateTree: Sendable {
    case scalar(Template, SourceLocation)
    case sequence([TemplateTree], SourceLocation)
    case mapping([Pair], SourceLocation)

    /// One entry of a mapping.
    ///
    /// A key may be an expression too; `${{ insert }}` splices its value in.
    package struct Pair: Sendable {
        package var key: Key
        package var value: TemplateTree

        package init(key: Key, value: TemplateTree) {
            self.key = key
            self.value = value
        }
    }

    package enum Key: Sendable {
        case name(String, SourceLocation)
        case template(Template, SourceLocation)
        case insert(SourceLocation)
    }

    package var location: SourceLocation {
        switch self {
        case .scalar(_, let location), .sequence(_, let location), .mapping(_, let location): location
        }
    }
}

/// A field whose value is a `T` once its expressions are evaluated.
///
/// `T` is one of `String`, `Bool`, `Double`, `Value`,
/// or `Environment` (a mapping of names to text).
package struct Templated<T>: Sendable {
    package var tree: TemplateTree

    package init(_ tree: TemplateTree) { self.tree = tree }

    package var location: SourceLocation { tree.location }
}

/// Names and texts in the order of the file: the type of `env`, `with`, `outputs`.
package enum Environment: Sendable {}
