// The conversions of the expression language. Conditions, comparisons and functions all go through these.

extension Value {
    /// False for null, false, 0, NaN and the empty string; true for anything else, so for `'false'` and `[]` too.
    package var isTruthy: Bool {
        switch self {
        case .null: false
        case .boolean(let boolean): boolean
        case .number(let number): !(number == 0 || number.isNaN)
        case .string(let text): !text.isEmpty
        case .array, .object: true
        }
    }

    /// The value as text: nothing for null, numbers with up to 15 digits, the words `Array` and `Object`.
    package var text: String {
        switch self {
        case .null: ""
        case .boolean(let boolean): boolean ? "true" : "false"
        case .number(let number): numberText(number)
        case .string(let text): text
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// The value as a number; NaN where it has none.
    package var number: Double {
        switch self {
        case .null: 0
        case .boolean(let boolean): boolean ? 1 : 0
        case .number(let number): number
        case .string(let text): parseNumber(text)
        case .array, .object: .nan
        }
    }

    /// `==`: strings ignoring case, arrays and objects by identity, values of different kinds as numbers.
    package func isLooselyEqual(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.string(let left), .string(let right)): equalIgnoringCase(left, right)
        case (.array(let left), .array(let right)): left === right
        case (.object(let left), .object(let right)): left === right
        default: number == other.number
        }
    }

    /// `<`: strings ignoring case, anything else as numbers.
    ///
    /// Arrays, objects and NaN have no order.
    func isLess(than other: Value) -> Bool {
        if case .string(let left) = self, case .string(let right) = other {
            return precedesIgnoringCase(left, right)
        }
        // Two nulls have no order in themselves, and are 0 < 0 as numbers.
        return number < other.number
    }
}
