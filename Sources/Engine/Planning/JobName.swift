import Expressions

/// The name under which a job is shown.
enum JobName {
    private static let longest = 100

    /// The job's `name`, else its id; a row of a matrix adds its values, unless the `name` is an expression.
    ///
    /// - Parameter given: The job's `name`, evaluated; `nil` where the file has none.
    static func of(id: String, given: String?, isExpression: Bool, row: MatrixRow?) -> String {
        let given = given.flatMap { $0.isEmpty ? nil : $0 }
        if isExpression, let given { return given }
        let base = given ?? id
        let values = row?.shown.flatMap(leaves).filter { !$0.isEmpty } ?? []
        let name = values.isEmpty ? base : "\(base) (\(values.joined(separator: ", ")))"
        return name.count <= longest ? name : name.prefix(longest - 3) + "..."
    }

    /// The primitive leaves of a value in depth-first order, as text.
    private static func leaves(_ value: Value) -> [String] {
        switch value {
        case .array(let array): array.elements.flatMap(leaves)
        case .object(let object): object.pairs.flatMap { leaves($0.value) }
        default: [value.text]
        }
    }
}
