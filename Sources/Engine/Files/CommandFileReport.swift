/// What a step has said in its command files.
package struct CommandFileReport: Sendable {
    /// For the steps after it; reserved names and `NODE_OPTIONS` are left out.
    package var environment: [CommandFileEntry] = []
    /// Each goes in front of those before it.
    package var paths: [String] = []
    package var outputs: [CommandFileEntry] = []
    package var state: [CommandFileEntry] = []
    /// Markdown, not masked yet; nil where the step wrote none.
    package var summary: String?
    /// What is to be annotated.
    ///
    /// Errors here do not fail the step by themselves; see `failures`.
    package var annotations: [Issue] = []
    /// The files that could not be taken.
    ///
    /// Any of these fails the step.
    package var failures: [CommandFileError] = []

    package struct Issue: Sendable, Equatable {
        package enum Level: Sendable { case warning, error }
        package var level: Level
        package var message: String
    }

    package init() {}

    mutating func read(
        _ file: CommandFile,
        from files: StepCommandFiles,
        _ take: (inout CommandFileReport, [UInt8]) throws(CommandFileError) -> Void
    ) {
        do throws(CommandFileError) {
            guard let bytes = try files.bytes(of: file, limit: StepCommandFiles.sizeLimit) else { return }
            try take(&self, bytes)
        } catch {
            failures.append(error)
            annotations += error.messages.map { Issue(level: .error, message: $0) }
        }
    }

    /// A summary that cannot be taken is annotated; the step's result stays as it is.
    mutating func readSummary(from files: StepCommandFiles) {
        do throws(CommandFileError) {
            let limit = StepCommandFiles.summaryLimit
            guard let bytes = try files.bytes(of: .summary, limit: limit), !bytes.isEmpty else { return }
            summary = CommandFileReader.markdown(of: bytes)
        } catch {
            var message = error.description
            if case .tooLarge(let bytes, let limit) = error.reason {
                message =
                    "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of \(limit >> 10)k, "
                    + "got \(bytes >> 10)k. For more information see: https://docs.github.com/actions/using-workflows/"
                    + "workflow-commands-for-github-actions#adding-a-markdown-summary"
            }
            annotations.append(Issue(level: .error, message: message))
        }
    }

    mutating func apply(environment entries: [CommandFileEntry]) {
        for entry in entries {
            if entry.name.uppercased() == "NODE_OPTIONS" {
                annotations.append(
                    Issue(
                        level: .error,
                        message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command."
                    )
                )
            } else if ReservedVariables.contains(entry.name) {
                annotations.append(
                    Issue(
                        level: .warning,
                        message:
                            "`\(entry.name)` is set by the runner; what $GITHUB_ENV says of it is ignored."
                    )
                )
            } else {
                environment.append(entry)
            }
        }
    }
}

/// The variables that the engine sets for every step, and that a workflow cannot change for later ones.
package enum ReservedVariables {
    /// In any letter case.
    ///
    /// `GITHUB_TOKEN`, which many workflows set themselves, is none of them.
    package static func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        if name.hasPrefix("FLOWRUN_") || name == "RUNNER_TRACKING_ID" { return true }
        if name.hasPrefix("GITHUB_") { return github.contains(name.dropFirst(7)) }
        if name.hasPrefix("RUNNER_") { return runner.contains(name.dropFirst(7)) }
        return false
    }

    private static let github: Set<Substring> = [
        "ACTION", "ACTIONS", "ACTION_PATH", "ACTION_REF", "ACTION_REPOSITORY", "ACTOR", "ACTOR_ID", "API_URL",
        "ARTIFACTS", "ARTIFACTS_LIST", "BASE_REF", "ENV", "EVENT_NAME", "EVENT_PATH", "GRAPHQL_URL",
        "HEAD_REF",
        "JOB", "OUTPUT", "PATH", "REF", "REF_NAME", "REF_PROTECTED", "REF_TYPE", "REPOSITORY",
        "REPOSITORY_ID",
        "REPOSITORY_OWNER", "REPOSITORY_OWNER_ID", "RETENTION_DAYS", "RUN_ATTEMPT", "RUN_ID", "RUN_NUMBER",
        "SERVER_URL", "SHA", "STATE", "STEP_SUMMARY", "TRIGGERING_ACTOR", "WORKFLOW", "WORKFLOW_REF",
        "WORKFLOW_SHA", "WORKSPACE",
    ]

    private static let runner: Set<Substring> = [
        "ARCH", "DEBUG", "ENVIRONMENT", "NAME", "OS", "TEMP", "TOOL_CACHE", "WORKSPACE",
    ]
}
