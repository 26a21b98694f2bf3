import Expressions

/// What expressions may refer to, key by key, as GitHub's published schemas have it.
extension Availability {
    private static let hashFiles: [String: ClosedRange<Int>] = ["hashfiles": 1...255]
    private static let status: [String: ClosedRange<Int>] = [
        "always": 0...0, "cancelled": 0...0, "success": 0...0, "failure": 0...0,
    ]

    private static let ofRun: Set<String> = ["github", "inputs", "vars"]
    private static let ofNeeds = ofRun.union(["needs"])
    private static let ofRow = ofNeeds.union(["strategy", "matrix"])
    private static let ofSteps = ofRow.union(["steps", "job", "runner", "env"])

    static let nothing = Availability(contexts: [])

    static let run = Availability(contexts: ofRun)
    static let workflowEnv = Availability(contexts: ofRun.union(["secrets"]))
    static let callOutput = Availability(contexts: ofRun.union(["jobs"]))

    static let jobCondition = Availability(
        contexts: ofNeeds,
        functions: ["always": 0...0, "cancelled": 0...0, "success": 0...Int.max, "failure": 0...Int.max]
    )
    static let strategy = Availability(contexts: ofNeeds)
    static let row = Availability(contexts: ofRow)
    static let rowAndSecrets = Availability(contexts: ofRow.union(["secrets"]))
    static let jobDefaults = Availability(contexts: ofRow.union(["env"]))
    static let credentials = Availability(contexts: ofRow.union(["secrets", "env"]))
    static let environmentURL = Availability(contexts: ofSteps)
    static let runner = Availability(contexts: ofSteps.union(["secrets"]))

    static let step = Availability(contexts: ofSteps.union(["secrets"]), functions: hashFiles)
    static let stepCondition = Availability(
        contexts: ofSteps,
        functions: status.merging(hashFiles) { first, _ in first }
    )

    private static let ofComposite: Set<String> = [
        "github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env",
    ]

    static let composite = Availability(contexts: ofComposite, functions: hashFiles)
    static let compositeCondition = Availability(
        contexts: ofComposite,
        functions: status.merging(hashFiles) { first, _ in first }
    )
    static let actionOutput = Availability(contexts: ofComposite)
    static let actionInputDefault = Availability(
        contexts: ["github", "strategy", "matrix", "job", "runner"],
        functions: hashFiles
    )
    static let actionCondition = Availability(
        contexts: ["runner", "github", "job", "strategy", "matrix", "env", "inputs"],
        functions: status.merging(hashFiles) { first, _ in first }
    )
    static let containerAction = Availability(contexts: ["inputs"])
}
