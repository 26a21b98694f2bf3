/// What actions ask of GitHub while they run: places for artifacts and caches, and tokens that tell others who they are.
///
/// It is brought up when a job first asks for it, and costs nothing before.
package protocol ToolkitServices: Sendable {
    /// The variables by which the actions of a job find the services; the same ones each time that a job asks.
    func variables(for job: ToolkitJob) async throws -> ToolkitVariables

    /// A job has ended: its tokens hold no longer, and what it has not finished sending is dropped.
    func jobEnded(_ id: Int64) async
}

/// A job as the services need to know it.
package struct ToolkitJob: Sendable {
    package var id: Int64
    /// The job's id in the workflow file.
    package var key: String
    package var facts: RunFacts
    /// The workflow that holds the job, as claims name it: `owner/name/path@ref`, and its commit.
    package var workflowRef: String
    package var workflowSHA: String
    /// The deployment environment that the job names.
    package var environment: String?
    package var mayRequestIDTokens: Bool
    /// The job's own token; absent where the user gave one, which is another forge's.
    package var token: String?
    /// What that token is good for.
    package var rights: TokenRights

    package init(
        id: Int64,
        key: String,
        facts: RunFacts,
        workflowRef: String,
        workflowSHA: String,
        environment: String? = nil,
        mayRequestIDTokens: Bool = false,
        token: String? = nil,
        rights: TokenRights = .restricted
    ) {
        self.id = id
        self.key = key
        self.facts = facts
        self.workflowRef = workflowRef
        self.workflowSHA = workflowSHA
        self.environment = environment
        self.mayRequestIDTokens = mayRequestIDTokens
        self.token = token
        self.rights = rights
    }
}

/// Variables by which actions find the services, apart by who gets them (semantics.md 1.20).
package struct ToolkitVariables: Sendable {
    /// For JavaScript and container actions, never for scripts.
    package var services: [(name: String, value: String)]
    /// For JavaScript actions alone.
    package var javaScript: [(name: String, value: String)]
    /// For steps of every kind; empty where the job may not ask for such tokens.
    package var idTokens: [(name: String, value: String)]
    /// Those of the values that nobody may see.
    package var secrets: [String]
    /// Where the job's own token is taken: absent where it has none.
    package var forge: ForgePlace?

    package init(
        services: [(name: String, value: String)],
        javaScript: [(name: String, value: String)],
        idTokens: [(name: String, value: String)],
        secrets: [String],
        forge: ForgePlace? = nil
    ) {
        self.services = services
        self.javaScript = javaScript
        self.idTokens = idTokens
        self.secrets = secrets
        self.forge = forge
    }
}

/// The addresses of a forge that answers on this machine for the run's own.
package struct ForgePlace: Sendable {
    /// Under it git finds the repository: `SERVER/owner/name`.
    package var server: String
    package var api: String

    package init(server: String, api: String) {
        self.server = server
        self.api = api
    }
}
