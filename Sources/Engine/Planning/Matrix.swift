package import Expressions

/// One row of a matrix: what the `matrix` context of its job holds, and what its name shows.
package struct MatrixRow: Sendable {
    package var values: ObjectValue
    /// The values that stand in the job's name; extras that an `include` added to a row are not among them.
    var shown: [Value]
}

extension MatrixRow {
    /// Whether it has one of the values that `--matrix` gives for each key.
    func isSelected(by selection: [(key: String, value: String)]) -> Bool {
        Dictionary(grouping: selection, by: { $0.key.lowercased() }).allSatisfy { _, wanted in
            guard let value = values[wanted[0].key] else { return true }
            return wanted.contains {
                Value.string($0.value).isLooselyEqual(to: value) || $0.value == value.text
            }
        }
    }
}

/// Why a matrix gives no rows.
package struct MatrixError: Error, CustomStringConvertible {
    package var description: String
}

/// The rows that a `strategy.matrix` makes, by the rules of GitHub's own builder:
/// the product of the vectors, less `exclude`, with `include` merged into it or appended to it.
package struct Matrix: Sendable {
    /// GitHub's limit for one matrix.
    package static let maximumRows = 256

    package var rows: [MatrixRow]

    package init(_ matrix: Value) throws(MatrixError) {
        guard case .object(let object) = matrix else {
            throw MatrixError(description: "a matrix must be a mapping of names to lists")
        }
        var vectors: [(key: String, values: [Value])] = []
        var includes: [ObjectValue] = []
        var excludes: [ObjectValue] = []
        for (key, value) in object.pairs {
            switch key.lowercased() {
            case "include": includes = try Self.objects(value, of: "include")
            case "exclude": excludes = try Self.objects(value, of: "exclude")
            default:
                guard case .array(let array) = value else {
                    throw MatrixError(description: "matrix vector '\(key)' must be a list")
                }
                guard !array.elements.isEmpty else {
                    throw MatrixError(description: "matrix vector '\(key)' does not contain any values")
                }
                vectors.append((key, array.elements))
            }
        }
        guard !vectors.isEmpty || !includes.isEmpty else {
            throw MatrixError(description: "matrix must define at least one vector")
        }
        try Self.checkSize(vectors)
        let vectorNames = Set(vectors.map { $0.key.lowercased() })
        for exclude in excludes {
            for key in exclude.keys where !vectorNames.contains(key.lowercased()) {
                throw MatrixError(
                    description: "matrix exclude key '\(key)' does not match any key within the matrix"
                )
            }
        }

        var builder = RowBuilder(vectorNames: vectorNames)
        builder.addProduct(of: vectors, except: excludes)
        builder.include(includes)
        guard builder.rows.count <= Self.maximumRows else { throw Self.tooMany(builder.rows.count) }
        rows = builder.rows
    }

    private static func objects(_ value: Value, of key: String) throws(MatrixError) -> [ObjectValue] {
        guard case .array(let array) = value else {
            if case .null = value { return [] }
            throw MatrixError(description: "matrix \(key) must be a list of mappings")
        }
        var objects: [ObjectValue] = []
        for element in array.elements {
            guard case .object(let object) = element, !object.pairs.isEmpty else {
                throw MatrixError(
                    description: "matrix \(key) has an item that is not a mapping with at least one key"
                )
            }
            objects.append(object)
        }
        return objects
    }

    /// A product that is too large is refused before it is built: its size is known from the lengths alone.
    ///
    /// `exclude` may leave few rows of many.
    private static func checkSize(_ vectors: [(key: String, values: [Value])]) throws(MatrixError) {
        var product = 1
        for vector in vectors {
            let (next, overflow) = product.multipliedReportingOverflow(by: vector.values.count)
            guard !overflow, next <= 1_000_000 else { throw tooMany(nil) }
            product = next
        }
        guard product <= 256 * maximumRows else { throw tooMany(product) }
    }

    private static func tooMany(_ count: Int?) -> MatrixError {
        let made = count.map { "\($0) jobs" } ?? "more than a million jobs"
        return MatrixError(description: "the matrix makes \(made); the limit is \(maximumRows)")
    }
}

private struct RowBuilder {
    let vectorNames: Set<String>
    var rows: [MatrixRow] = []

    init(vectorNames: Set<String>) { self.vectorNames = vectorNames }

    mutating func addProduct(of vectors: [(key: String, values: [Value])], except excludes: [ObjectValue]) {
        guard !vectors.isEmpty else { return }
        var indexes = [Int](repeating: 0, count: vectors.count)
        while true {
            let pairs = zip(vectors, indexes).map { (key: $0.key, value: $0.values[$1]) }
            let row = ObjectValue(pairs)
            if !excludes.contains(where: { Self.matches(.object($0), .object(row)) }) {
                rows.append(MatrixRow(values: row, shown: pairs.map(\.value)))
            }
            // The last vector varies fastest.
            var place = vectors.count - 1
            while place >= 0 {
                indexes[place] += 1
                if indexes[place] < vectors[place].values.count { break }
                indexes[place] = 0
                place -= 1
            }
            if place < 0 { return }
        }
    }

    /// Merges each include into the product rows that it fits, or appends it as a row of its own.
    ///
    /// Rows made by an include are not matched by later ones.
    mutating func include(_ includes: [ObjectValue]) {
        let productCount = rows.count
        var appended: [MatrixRow] = []
        for include in includes {
            let filter = include.pairs.filter { vectorNames.contains($0.key.lowercased()) }
            var isMerged = false
            for index in 0..<productCount {
                let original = rows[index].values
                let fits = filter.allSatisfy { pair in
                    original[pair.key].map { Self.matches(pair.value, $0) } ?? false
                }
                guard fits else { continue }
                isMerged = true
                for (key, value) in include.pairs where !vectorNames.contains(key.lowercased()) {
                    rows[index].values = rows[index].values.setting(key, value)
                }
            }
            if !isMerged {
                // What could have been a vector's value stands first, as in GitHub's builder.
                let pairs = filter + include.pairs.filter { !vectorNames.contains($0.key.lowercased()) }
                appended.append(MatrixRow(values: ObjectValue(pairs), shown: pairs.map(\.value)))
            }
        }
        rows += appended
    }

    /// A partial deep match: every leaf of `filter` equals (`==`) its counterpart, and what is absent is null.
    private static func matches(_ filter: Value, _ value: Value) -> Bool {
        switch filter {
        case .object(let filter): filter.pairs.allSatisfy { matches($0.value, value[$0.key]) }
        case .array(let filter):
            filter.elements.enumerated().allSatisfy { index, element in
                matches(element, value.elements.flatMap { index < $0.count ? $0[index] : nil } ?? .null)
            }
        default: filter.isLooselyEqual(to: value)
        }
    }
}
