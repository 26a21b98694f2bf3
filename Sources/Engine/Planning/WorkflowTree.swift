package import Workflows

/// Where a workflow's file comes from: what `./` in its calls and `$/` in its steps are about.
package struct WorkflowOrigin: Sendable, Equatable, Codable {
    /// The full name, `owner/name`.
    package var repository: String
    /// As a reference names it, or the full name of the run's own ref.
    package var ref: String
    package var sha: String
    /// The folder that holds the repository's files, where they were fetched; `nil` for the run's own repository.
    package var folder: String?

    package init(repository: String, ref: String, sha: String, folder: String? = nil) {
        self.repository = repository
        self.ref = ref
        self.sha = sha
        self.folder = folder
    }
}

/// A workflow with all that it calls, as it was loaded before anything ran.
package struct WorkflowTree: Sendable {
    package var workflow: Workflow
    /// The file's text, for whoever has to read it anew: it goes to other processes.
    package var text: String
    /// The file's path in its repository.
    package var path: String
    package var origin: WorkflowOrigin
    /// The names of the secrets that the file reads, in upper case.
    package var secretNames: [String]
    /// What its jobs call, by the reference as it is written.
    package var called: [String: WorkflowTree]

    package init(
        workflow: Workflow,
        text: String = "",
        path: String,
        origin: WorkflowOrigin,
        secretNames: [String] = [],
        called: [String: WorkflowTree] = [:]
    ) {
        self.workflow = workflow
        self.text = text
        self.path = path
        self.origin = origin
        self.secretNames = secretNames
        self.called = called
    }

    /// The secrets that a job may be missed to have: those that callers may leave out are not among them.
    var expectedSecrets: [String] {
        let declared = workflow.callTrigger?.secrets ?? []
        let optional = declared.filter { !$0.isRequired }.map { $0.name.uppercased() }
        return secretNames.filter { !optional.contains($0) }
    }
}
