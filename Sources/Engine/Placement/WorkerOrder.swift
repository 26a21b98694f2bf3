import Expressions
import Foundation
import Store
import Workflows

/// What a worker needs to know beside its job: the settings of the one who places jobs.
package struct WorkerSettings: Sendable, Codable {
    package var actionSources: [String]
    package var usesBuiltInActions: Bool
    package var isLocked: Bool
    package var isOffline: Bool
    package var pythonInstaller: PythonInstaller
    package var keptWorkspaces: Int
    package var processLimit: Int?

    init(_ services: JobServices) {
        actionSources = services.actionSources
        usesBuiltInActions = services.usesBuiltInActions
        isLocked = services.isLocked
        isOffline = services.isOffline
        pythonInstaller = services.pythonInstaller
        keptWorkspaces = services.keptWorkspaces
        processLimit = services.processLimit
    }
}

/// A job as it goes to another process.
///
/// It holds secrets, so that it is sealed wherever it lies.
struct WorkerOrder: Codable {
    struct Variable: Codable {
        var name: String
        var value: String
    }

    var settings: WorkerSettings
    var jobID: Int64
    var key: String
    var name: String
    var facts: RunFacts
    var id: String
    var workflowText: String
    var workflowPath: String
    /// What the file is called in messages.
    var workflowFile: String
    var origin: WorkflowOrigin
    var matrix: Value
    var strategy: Value
    var needs: Value
    var secrets: [String: String]
    var hiddenValues: Set<String>
    var unsetSecrets: [String]
    var hostEnvironment: [String: String]
    var addedEnvironment: [Variable]
    var labels: [String]
    var environment: String?
    var mayRequestIDTokens: Bool
    var rights: TokenRights
    /// Absent in an order of an older version.
    var outputsLeft: Int?
    var isDebugging: Bool

    init(_ order: JobOrder, settings: WorkerSettings) {
        self.settings = settings
        jobID = order.jobID
        key = order.key
        name = order.name
        facts = order.facts
        id = order.id
        workflowText = order.workflowText
        workflowPath = order.workflowPath
        workflowFile = order.workflow.path
        origin = order.origin
        matrix = order.matrix
        strategy = order.strategy
        needs = order.needs
        secrets = order.secrets
        hiddenValues = order.hiddenValues
        unsetSecrets = order.unsetSecrets
        hostEnvironment = order.hostEnvironment
        addedEnvironment = order.addedEnvironment.map { Variable(name: $0.name, value: $0.value) }
        labels = order.labels
        environment = order.environment
        mayRequestIDTokens = order.mayRequestIDTokens
        rights = order.rights
        outputsLeft = order.outputsLeft
        isDebugging = order.isDebugging
    }

    /// The job, its definition read anew from the workflow's text.
    func order() throws -> JobOrder {
        let file = WorkflowFile(path: workflowFile, text: workflowText)
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        guard let job = workflow.jobs.first(where: { $0.id == id }), case .steps(let definition) = job.kind
        else { throw SessionError.refused("`\(workflowFile)` has no job `\(id)` with steps") }
        return JobOrder(
            jobID: jobID,
            key: key,
            name: name,
            facts: facts,
            id: id,
            workflow: workflow,
            workflowText: workflowText,
            workflowPath: workflowPath,
            origin: origin,
            definition: definition,
            matrix: matrix,
            strategy: strategy,
            needs: needs,
            secrets: secrets,
            hiddenValues: hiddenValues,
            unsetSecrets: unsetSecrets,
            hostEnvironment: hostEnvironment,
            addedEnvironment: addedEnvironment.map { ($0.name, $0.value) },
            labels: labels,
            environment: environment,
            mayRequestIDTokens: mayRequestIDTokens,
            rights: rights,
            outputsLeft: outputsLeft ?? OutputLimit.ofRun,
            isDebugging: isDebugging
        )
    }

    // MARK: On the disk

    private static let purpose = "job order"

    func write(to path: String, with store: Store) throws {
        let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        let sealed = try store.seal(text, purpose: Self.purpose)
        unlink(path)
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: sealed,
                attributes: [.posixPermissions: 0o600]
            )
        else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
    }

    /// - Returns: nil where there is none, or it is not whole.
    static func read(_ path: String, with store: Store) throws -> WorkerOrder? {
        guard let sealed = FileManager.default.contents(atPath: path) else { return nil }
        let text = try store.unseal(sealed, purpose: purpose)
        return try JSONDecoder().decode(WorkerOrder.self, from: Data(text.utf8))
    }
}
