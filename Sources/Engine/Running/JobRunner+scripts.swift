import Expressions
import Foundation
import Store
import Workflows

extension JobRunner {
    /// Runs a `run` step.
    func run(
        _ script: Script,
        env: [(name: String, value: String)],
        frame: StepFrame,
        scope: Scope,
        github: GitHubContext,
        stop: StopSignal,
        number: Int
    ) async throws -> StepEnding {
        let files = try freshCommandFiles()
        // A script is no action of a repository, wherever it stands: GitHub's runner empties both before it runs one,
        // and after it has evaluated the step's variables (ActionRunner.RunAsync).
        var github = github
        github.actionRepository = ""
        github.actionRef = ""
        // The script can name the files that it writes to.
        let scope = scope.setting("github", naming(files, in: github).value)
        let text = try script.run.evaluate(in: scope)
        let defaults = frame.action == nil ? runDefaults : (shell: nil, folder: nil)
        let ownShell = try script.shell?.evaluate(in: scope) ?? ""
        let shellName = ownShell.isEmpty ? defaults.shell ?? "" : ownShell
        if shellName.isEmpty, frame.action != nil {
            throw StepFailure("Required property is missing: shell")
        }
        let given = try script.workingDirectory.map { try $0.evaluate(in: scope) } ?? defaults.folder ?? ""
        let folder =
            given.hasPrefix("/") ? given : given.isEmpty ? folders.workspace : "\(folders.workspace)/\(given)"

        let toolkit = try await toolkitVariables(for: .script)
        let environment = processEnvironment(
            env: env,
            frame: frame,
            github: github,
            files: files,
            toolkit: toolkit
        )
        let shell = try Shell(shellName, environment: environment)
        let lines = text.utf8.contains(UInt8(ascii: "\r")) ? text.replacing("\r\n", with: "\n") : text
        let source = shell.prefix + lines + shell.suffix
        let scriptPath = try writeScript(source, fileExtension: shell.fileExtension)
        let words = shell.command(script: scriptPath)

        let command = Command(
            executable: words[0],
            arguments: Array(words.dropFirst()),
            workingDirectory: folder,
            environment: environment
        )
        let output = stepOutput(number: number, environment: environment)
        let result = try await execute(command, output: output, stop: stop)
        spareScript = scriptPath
        var ending = settle(output, files: files, in: frame, number: number)
        ending.exit = result.exit
        if stop.reason == .cancelled || stop.reason == .force {
            let failure = StepFailure("The operation was canceled.", isCancelled: true)
            report(failure, step: number)
            ending.outcome = .cancelled
            return ending
        }
        if result.exit.code != 0 {
            var failure = StepFailure("Process completed with exit code \(result.exit.code).")
            failure.outputs = ending.outputs
            failure.exit = result.exit
            throw failure
        }
        return ending
    }

    /// Empty command files for the next step; those of an earlier one are taken over where nobody has them any more.
    func freshCommandFiles() throws -> StepCommandFiles {
        let files = try StepCommandFiles(
            in: folders.commandFiles,
            replacing: spareCommandFiles,
            spares: folders.spares
        )
        spareCommandFiles = nil
        return files
    }

    private func writeScript(_ source: String, fileExtension: String) throws -> String {
        let path = "\(folders.temp)/\(UUID().uuidString.lowercased())\(fileExtension)"
        let spare = spareScript
        spareScript = nil
        if let spare, UnsharedFile.takeOver(spare, as: path, mode: 0o644, text: source) { return path }
        try folders.write(source, to: path)
        return path
    }

    /// What `defaults.run` of the job, or else of the workflow, comes to before the first step: no step's own variables
    /// and nothing that a step leaves is in it (JobExtension.cs of GitHub's runner).
    func evaluatedDefaults() throws -> (shell: String?, folder: String?) {
        let job = order.definition.defaults
        let workflow = order.workflow.defaults
        let scope = jobScope().setting("env", variables.context(with: []))
        return (
            try (job.shell ?? workflow.shell)?.evaluate(in: scope),
            try (job.workingDirectory ?? workflow.workingDirectory)?.evaluate(in: scope)
        )
    }

    /// The variables that a step at this level sees.
    func visibleVariables(in frame: StepFrame) -> JobVariables { frame.aside?.current ?? variables }

    func change(_ change: VariableChange, in frame: StepFrame) {
        if let aside = frame.aside { return aside.apply(change) }
        variables.apply(change)
        trail.changes.append(change)
    }

    /// The whole environment of a process that a step starts.
    func processEnvironment(
        env: [(name: String, value: String)],
        frame: StepFrame,
        github: GitHubContext,
        files: StepCommandFiles,
        toolkit: [(name: String, value: String)] = []
    ) -> [String: String] {
        let github = naming(files, in: github)
        let variables = visibleVariables(in: frame)
        let own: [(name: String, value: String)] = [
            ("FLOWRUN_REPORTS", reportFolder),
            ("FLOWRUN_JOB_PYTHON", python(in: variables)), ("FLOWRUN_PIP", services.pythonInstaller.rawValue),
        ]
        return variables.process(
            step: (frame.action?.env ?? []) + env,
            defaults: github.variables + runnerContext.variables + own + toolkit
        )
    }

    /// The environment that `python` and `pip` stand for: the one of the latest `actions/setup-python`, or the job's first.
    private func python(in variables: JobVariables) -> String {
        let chosen = variables.defined.last { $0.name == "pythonLocation" }?.value ?? ""
        return chosen.hasPrefix(folders.python) ? chosen : folders.python
    }

    private func naming(_ files: StepCommandFiles, in github: GitHubContext) -> GitHubContext {
        var github = github
        github.files = CommandFile.allCases.map { ($0.contextName, files.path(of: $0)) }
        return github
    }

    func stepOutput(number: Int, environment: [String: String]) -> StepOutput {
        func allows(_ name: String) -> Bool { environment[name]?.lowercased() == "true" }
        var context = CommandContext(
            isDebugging: order.isDebugging,
            allowsUnsecureCommands: allows("ACTIONS_ALLOW_UNSECURE_COMMANDS"),
            allowsUnsecureStopTokens: allows("ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS"),
            workspace: folders.workspace,
            step: number
        )
        context.origins = origins
        return StepOutput(
            step: number,
            context: context,
            recorder: recorder,
            masker: masker,
            matchers: matchers
        )
    }

    func execute(_ command: Command, output: StepOutput, stop: StopSignal) async throws -> ProcessResult {
        let recorder = recorder
        let step = output.step
        defer { output.finish() }
        trail.journal?.settle()
        let result = try await HostExecutor(job: processes).run(
            command,
            stop: stop,
            notice: { recorder.line(Array("##[warning]\($0)".utf8), step: step) },
            output: { output.consume($0) }
        )
        if services.failureShell != nil, result.exit.code != 0 { failedCommands.append((step, command)) }
        return result
    }

    /// Takes over what a step said by commands and by its files: variables, paths, outputs, masks, summary.
    func settle(
        _ output: StepOutput,
        files: StepCommandFiles,
        in frame: StepFrame,
        number: Int
    ) -> StepEnding {
        let said = output.take()
        for (name, value) in said.environment { change(.define(name: name, value: value), in: frame) }
        for entry in said.paths { change(.prependPath(entry), in: frame) }
        var outputs = said.outputs
        let contents = files.read()
        for issue in contents.annotations {
            let level: Annotation.Level = issue.level == .error ? .error : .warning
            let message = masker.maskedText(issue.message)
            recorder.annotation(Annotation(level: level, message: message, step: number))
            line("##[\(level.rawValue)]\(message)", step: number)
        }
        for entry in contents.environment {
            change(.define(name: entry.name, value: entry.value), in: frame)
        }
        for entry in contents.paths { change(.prependPath(entry), in: frame) }
        for entry in contents.outputs {
            outputs.set(entry.name, to: entry.value)
        }
        let state = said.state + contents.state.map { (name: $0.name, value: $0.value) }
        spareCommandFiles = files
        if let summary = contents.summary, !summary.isEmpty {
            recorder.summary(masker.maskedText(summary), step: number)
        }
        // What was said of a command or file that failed stands in the log already.
        let hasFailed = !said.failures.isEmpty || !contents.failures.isEmpty
        return StepEnding(outcome: hasFailed ? .failure : .success, outputs: outputs, state: state)
    }
}
