/// What an expression may refer to at its place in a file; anything else is refused when it is read.
package struct Availability: Sendable, Equatable {
    /// Names of contexts, in lower case.
    package var contexts: Set<String>

    /// Functions beyond the general ones (`contains`, `format`, ...), in lower case, and how many arguments they take.
    package var functions: [String: ClosedRange<Int>]

    /// Whether any name may be read, left to the scope to have or not to have.
    private(set) var allowsAnyContext = false

    package init(contexts: Set<String>, functions: [String: ClosedRange<Int>] = [:]) {
        self.contexts = contexts
        self.functions = functions
    }

    /// Any context, and all functions that there are.
    package static let everything: Availability = {
        var everything = Availability(contexts: knownContexts, functions: knownFunctions)
        everything.allowsAnyContext = true
        return everything
    }()

    /// All contexts that GitHub has.
    package static let knownContexts: Set<String> = [
        "env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy",
        "vars",
    ]

    /// The functions that are not available everywhere, with all the arguments that they ever take.
    package static let knownFunctions: [String: ClosedRange<Int>] = [
        "always": 0...0, "cancelled": 0...0, "success": 0...255, "failure": 0...255, "hashfiles": 1...255,
    ]

    /// The functions whose call in a condition removes the implicit `success()`.
    static let statusFunctions: Set<String> = ["always", "cancelled", "failure", "success"]

    /// A function's name as it is usually written.
    static func usualName(ofFunction lowercaseName: String) -> String {
        lowercaseName == "hashfiles"
            ? "hashFiles" : BuiltIn(lowercaseName: lowercaseName)?.rawValue ?? lowercaseName
    }
}
