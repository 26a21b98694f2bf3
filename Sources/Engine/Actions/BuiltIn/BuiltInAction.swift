import Expressions
import Foundation
import Git
import Store
import Workflows

/// A well-known action that flowrun serves itself.
protocol BuiltInAction: Sendable {
    /// `owner/repo`, or `owner/repo/path`, lower case.
    static var name: String { get }
    /// The inputs that it honours, with their defaults. Any other input is an error, never passed over.
    static var inputs: [BuiltInInput] { get }

    func run(_ call: BuiltInCall) async throws -> BuiltInResult

    /// Does again what does not outlive a job, such as giving credentials, where a later attempt goes on after this step.
    ///
    /// - Parameter outputs: What the step put out when it ran.
    /// - Returns: nil where there is nothing of that kind.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult?
}

extension BuiltInAction {
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? { nil }
}

struct BuiltInInput: Sendable {
    var name: String
    var defaultValue: String
    /// Why flowrun does not honour any other value of a documented input; nil where it does.
    var refusal: String?

    init(_ name: String, default defaultValue: String = "") {
        self.name = name
        self.defaultValue = defaultValue
    }

    /// A documented input that only its default, or nothing, may be given for.
    static func refused(_ name: String, _ reason: String, but defaultValue: String = "") -> Self {
        var input = Self(name, default: defaultValue)
        input.refusal = reason
        return input
    }
}

/// What a built-in action is given.
struct BuiltInCall: Sendable {
    /// Every input that the action honours, by lower-case name.
    var inputs: [String: String]
    /// What the step names the action at: `v4`.
    var ref: String
    var facts: RunFacts
    /// The job's id in the store.
    var job: Int64
    var services: JobServices
    var workspace: String
    var temp: String
    /// Where the job's own Python is, or is to be made.
    var python: String
    /// The environment that a `run` step in the same place would have.
    var environment: [String: String]
    /// `secrets.GITHUB_TOKEN` as this run has it.
    var jobToken: String
    /// Writes lines into the step's log, masked.
    var say: @Sendable (String) -> Void
    var runProcess: @Sendable (Command) async throws -> Int32
    /// The same with the program's output for the caller instead of the log.
    var readProcess:
        @Sendable (Command, @escaping @Sendable (UnsafeRawBufferPointer) -> Void) async throws -> Int32
    /// The environment of the machine, which no step of the job has had a say in.
    var hostEnvironment: [String: String]
    /// Comes when the step is to end.
    var stop: StopSignal

    /// What `~` stands for in the job.
    var home: String { environment["HOME"] ?? GlobPattern.home }

    subscript(_ name: String) -> String { inputs[name] ?? "" }

    /// - Parameter isEmptyTrue: What is meant where the step gives an empty text, which is no default to the runner.
    func flag(_ name: String, orEmpty isEmptyTrue: Bool = false) throws(StepFailure) -> Bool {
        switch self[name] {
        case "": return isEmptyTrue
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: throw StepFailure("Input '\(name)' must be true or false, not '\(self[name])'")
        }
    }
}

extension BuiltInCall {
    /// A folder of the workspace, made where it is missing; nothing that is a link out of it.
    func folder(under path: String, named what: String) throws -> String {
        guard !path.isEmpty else { return workspace }
        let given = path.hasPrefix("/") ? path : "\(workspace)/\(path)"
        let folder = URL(fileURLWithPath: given).standardizedFileURL.path
        guard folder == workspace || folder.hasPrefix(workspace + "/"), Self.isReally(folder, in: workspace)
        else { throw StepFailure("\(what) '\(folder)' is not under '\(workspace)'") }
        try JobFolders.make(folder)
        return folder
    }

    /// Whether what is there of a path is inside another, links followed.
    private static func isReally(_ path: String, in root: String) -> Bool {
        guard let real = RealPath.of(root) else { return false }
        var place = path
        while place.count > 1 {
            if let found = RealPath.of(place) { return found == real || found.hasPrefix(real + "/") }
            // A link that leads nowhere yet would be made to lead somewhere.
            var facts = stat()
            guard lstat(place, &facts) != 0 else { return false }
            place = (place as NSString).deletingLastPathComponent
        }
        return false
    }
}

/// What a built-in action did to the job.
struct BuiltInResult: Sendable {
    var outputs: [(name: String, value: String)] = []
    var variables: [(name: String, value: String)] = []
    var paths: [String] = []
    var masks: [String] = []
    var warnings: [String] = []
    /// What finds problems in the output of the steps after it.
    var matchers: [ProblemMatcher] = []
    var pushed: [(ref: String, commit: String)] = []
    /// Done at the end of the job, where the condition holds.
    ///
    /// It gets the same inputs as that step of its own; what it returns are lines for the log.
    var post: (@Sendable (BuiltInCall) async throws -> [String])?
    /// Always where it is absent.
    var postCondition: Condition?
}

/// All of them.
enum BuiltInActions {
    private static let all: [any BuiltInAction] = [
        Checkout(), SetupPython(), SetupNode(), GitHubPush(), SetupCML(), SetupDVC(), GoogleAuth(),
        SetupGCloud(),
        CommitDVC(), UploadArtifact(), MergeArtifacts(), DownloadArtifact(), Cache(), RestoreCache(),
        SaveCache(),
    ]

    static var names: [String] { all.map { type(of: $0).name } }

    static func named(_ name: String) -> (any BuiltInAction)? {
        all.first { type(of: $0).name == name.lowercased() }
    }
}

extension JobRunner {
    func run(
        _ action: any BuiltInAction,
        as reference: ActionReference,
        given: [(name: String, value: String)],
        _ step: StepCall
    ) async throws -> StepEnding {
        let kind = type(of: action)
        line("\(reference.text) is served by flowrun's own implementation", step: step.number)
        let inputs = try Self.inputs(of: kind, given: given)
        var ref = ""
        if case .repository(_, _, _, let given) = reference.form { ref = given }
        let result = try await serve(inputs, step, at: ref, action.run)
        return take(result, of: inputs, step)
    }

    /// Does again what of a built-in action does not outlive a job.
    func resume(
        _ action: any BuiltInAction,
        given: [(name: String, value: String)],
        outputs: [(name: String, value: String)],
        _ step: StepCall
    ) async throws {
        let inputs = try Self.inputs(of: type(of: action), given: given)
        let known = Dictionary(outputs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let result = try await serve(inputs, step) { try await action.resume($0, outputs: known) }
        if let result { _ = take(result, of: inputs, step) }
    }

    private func take(_ result: BuiltInResult, of inputs: [String: String], _ step: StepCall) -> StepEnding {
        for mask in result.masks { _ = masker.add(mask) }
        for (name, value) in result.variables { change(.define(name: name, value: value), in: step.frame) }
        for path in result.paths { change(.prependPath(path), in: step.frame) }
        for warning in result.warnings { warn(warning, step) }
        if !result.matchers.isEmpty { matchers.add(result.matchers) }
        pushed += result.pushed
        if let post = result.post {
            let postStep = PostStep(
                step: step.step,
                name: "Post \(step.step.displayName(in: step.scope))",
                condition: result.postCondition,
                work: .builtIn(inputs, post),
                outputs: result.outputs
            )
            uses.register(postStep, for: step.use)
        }
        return StepEnding(outcome: .success, outputs: result.outputs)
    }

    /// The inputs that a step gives, over their defaults; one that is not honoured is a fault.
    private static func inputs(
        of kind: any BuiltInAction.Type,
        given: [(name: String, value: String)]
    ) throws(StepFailure) -> [String: String] {
        var inputs = Dictionary(kind.inputs.map { ($0.name, $0.defaultValue) }, uniquingKeysWith: { $1 })
        for (name, value) in given {
            guard inputs[name.lowercased()] != nil else {
                throw StepFailure(
                    "flowrun's own \(kind.name) does not honour the input '\(name)'; it knows "
                        + kind.inputs.filter { $0.refusal == nil }.map(\.name).joined(separator: ", ")
                )
            }
            inputs[name.lowercased()] = value
        }
        for input in kind.inputs {
            guard let refusal = input.refusal, let value = inputs[input.name], !value.isEmpty,
                value != input.defaultValue
            else { continue }
            throw StepFailure(
                "flowrun's own \(kind.name) does not honour the input '\(input.name)': \(refusal)"
            )
        }
        return inputs
    }

    /// Gives a built-in action what it works with, in a step of its own, and takes up what its programs print.
    func serve<Result: Sendable>(
        _ inputs: [String: String],
        _ step: StepCall,
        at ref: String = "",
        _ body: (BuiltInCall) async throws -> Result
    ) async throws -> Result {
        let (number, stop) = (step.number, step.stop)
        let files = try StepCommandFiles(in: folders.commandFiles)
        let environment = processEnvironment(
            env: step.env,
            frame: step.frame,
            github: step.github,
            files: files
        )
        files.remove()
        let output = stepOutput(number: number, environment: environment)
        let executor = HostExecutor(job: processes)
        let recorder = recorder
        let masker = masker
        let call = BuiltInCall(
            inputs: inputs,
            ref: ref,
            facts: order.facts,
            job: order.jobID,
            services: services,
            workspace: folders.workspace,
            temp: folders.temp,
            python: folders.python,
            environment: environment,
            jobToken: order.secrets["GITHUB_TOKEN"] ?? "",
            say: { text in
                for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                    recorder.line(Array(masker.maskedText(String(line)).utf8), step: number)
                }
            },
            runProcess: { command in
                try await executor.run(command, stop: stop, output: { output.consume($0) }).exit.code
            },
            readProcess: { command, take in
                try await executor.run(command, stop: stop, output: take).exit.code
            },
            hostEnvironment: order.hostEnvironment,
            stop: stop
        )
        let result = try await body(call)
        output.finish()
        if stop.reason != nil { throw StepFailure("The operation was canceled.", isCancelled: true) }
        return result
    }
}
