import Engine
import Events

extension RunFacts {
    /// The facts of a run of Ada's.
    ///
    /// - Parameters:
    ///   - base: The branch that a pull request goes into.
    ///   - repository: Its path, which is its origin, too, unless another is given.
    static func served(
        run: Int64,
        number: Int = 1,
        event: String = "push",
        ref: String = "refs/heads/main",
        base: String? = nil,
        commit: String,
        repository path: String,
        named fullName: String,
        origin: String? = nil
    ) -> RunFacts {
        RunFacts(
            runID: run,
            runNumber: number,
            runAttempt: 1,
            event: Event(
                name: event,
                payload: .null,
                ref: ref,
                sha: commit,
                actor: "ada",
                baseRef: base,
                headRef: base == nil ? nil : "topic"
            ),
            sha: commit,
            ref: ref,
            repository: RepositoryFacts(
                path: path,
                fullName: fullName,
                defaultBranch: "main",
                origin: origin ?? path,
                serverURL: "https://github.com",
                apiURL: "https://api.github.com"
            ),
            workflowName: "CI",
            workflowPath: ".github/workflows/ci.yml",
            inputs: .null,
            vars: .null
        )
    }
}
