/// A function as a call names it, with how many arguments it takes here.
enum Function {
    case builtIn(BuiltIn)
    case provided(lowercaseName: String, arity: ClosedRange<Int>)

    func call(_ arguments: [Node], range: Range<Int>) -> Node {
        switch self {
        case .builtIn(let function): .builtIn(function, arguments, range: range)
        case .provided(let name, _): .provided(name, arguments, range: range)
        }
    }

    func check(argumentCount count: Int, at range: Range<Int>) throws(ExpressionError) {
        if !arity.contains(count) { throw .wrongArgumentCount(count, of: self, range) }
        if case .builtIn(.case) = self, count.isMultiple(of: 2) { throw .evenArgumentCount(count, range) }
    }

    fileprivate var arity: ClosedRange<Int> {
        switch self {
        case .builtIn(let function): function.arity
        case .provided(_, let arity): arity
        }
    }

    fileprivate var usualName: String {
        switch self {
        case .builtIn(let function): function.rawValue
        case .provided(let name, _): Availability.usualName(ofFunction: name)
        }
    }
}

extension Availability {
    /// The lower-case name of a context that may be read.
    func context(_ name: String, at range: Range<Int>) throws(ExpressionError) -> String {
        let lowercase = name.lowercasedASCII
        if allowsAnyContext || contexts.contains(lowercase) { return lowercase }
        throw .unrecognizedContext(name, self, range)
    }

    /// The function that a call names.
    func function(_ name: String, at range: Range<Int>) throws(ExpressionError) -> Function {
        let lowercase = name.lowercasedASCII
        if let builtIn = BuiltIn(lowercaseName: lowercase) { return .builtIn(builtIn) }
        if let arity = functions[lowercase] { return .provided(lowercaseName: lowercase, arity: arity) }
        throw .unrecognizedFunction(name, self, range)
    }
}

extension ExpressionError {
    fileprivate static func unrecognizedContext(
        _ name: String,
        _ allowed: Availability,
        _ range: Range<Int>
    ) -> Self {
        let contexts = allowed.contexts.sorted()
        let available =
            contexts.isEmpty
            ? "no context is available here" : "available here: \(contexts.joined(separator: ", "))"
        if Availability.knownContexts.contains(name.lowercasedASCII) {
            return Self(
                stage: .parsing,
                message: "context `\(name)` is not available here",
                range: range,
                hint: available
            )
        }
        let nearest = nearestMatch(name, in: contexts).map { "did you mean `\($0)`?" }
        return Self(
            stage: .parsing,
            message: "unrecognized named-value `\(shortened(name))`",
            range: range,
            hint: nearest ?? available
        )
    }

    fileprivate static func unrecognizedFunction(
        _ name: String,
        _ allowed: Availability,
        _ range: Range<Int>
    ) -> Self {
        if Availability.knownFunctions[name.lowercasedASCII] != nil {
            return Self(stage: .parsing, message: "function `\(name)` is not available here", range: range)
        }
        let known = BuiltIn.allCases.map(\.rawValue) + allowed.functions.keys.map(Availability.usualName)
        return Self(
            stage: .parsing,
            message: "unrecognized function `\(shortened(name))`",
            range: range,
            hint: nearestMatch(name, in: known).map { "did you mean `\($0)`?" }
                ?? "available here: \(known.sorted().joined(separator: ", "))"
        )
    }

    fileprivate static func wrongArgumentCount(
        _ count: Int,
        of function: Function,
        _ range: Range<Int>
    ) -> Self {
        let arity = function.arity
        let problem = count < arity.lowerBound ? "too few" : "too many"
        let wanted =
            if arity.count == 1 {
                plural(arity.lowerBound, "argument")
            } else if count < arity.lowerBound {
                "at least \(plural(arity.lowerBound, "argument"))"
            } else {
                "at most \(plural(arity.upperBound, "argument"))"
            }
        return Self(
            stage: .parsing,
            message: "\(problem) arguments: `\(function.usualName)` takes \(wanted), not \(count)",
            range: range
        )
    }

    fileprivate static func evenArgumentCount(_ count: Int, _ range: Range<Int>) -> Self {
        Self(
            stage: .parsing,
            message: "`case` takes an odd number of arguments, not \(count)",
            range: range,
            hint: "the last argument is the value where no condition is true"
        )
    }
}
