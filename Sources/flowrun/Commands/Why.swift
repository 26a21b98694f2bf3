import ArgumentParser
import Engine
import Foundation
import Store

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say what an event would run, and what decides it; nothing is run or written.",
        discussion: """
            For each workflow the filter, pattern and file, branch or activity that decided; for each of its jobs and steps the
            part of the condition that decided, with the values of all parts. What only a run can tell is named: "depends on the
            outputs of job `build`". Nobody is taken to cancel anything. Jobs of called workflows are told below the job that calls
            them; the steps of actions are not, nor are workflows of other repositories, which nothing is fetched for.

            The event is built as `flowrun trigger` builds it. WORKFLOW asks about one workflow, which workflow_dispatch needs.

            --format json prints an object for each workflow: {"event":"why","workflow":{"name","path"},"verdict","reason",
            "filters":[{"filter","subject","passes","pattern","line"}],"jobs":[{"key","needs","verdict","reason","condition",
            "error","calls","rows_depend_on","rows":[{"name","matrix","steps":[{"id","name","verdict","reason","condition",
            "steps"}],"jobs"}]}]}. A row's jobs are those that it calls. A condition is {"if","decided_by","depends_on","parts":[{"expression","value"}]}; a part without a
            value has "depends_on" (and "truth" where that is settled), "error" or "secret". What does not apply is absent.
            A verdict is runs, skipped, fails, unknown, or, as long as all before it goes well, likely_runs or likely_skipped.

            EXAMPLES
              flowrun why push
              flowrun why push --ref v1.2 --job deploy
              flowrun why push --worktree
              flowrun why pull_request --payload event.json --format json
              flowrun why workflow_dispatch deploy -f environment=staging
            """
    )

    @Argument(help: "The event: push, pull_request, schedule, workflow_dispatch, ...", completion: .events)
    var event: String

    @Argument(help: "Only this workflow.", completion: .workflows)
    var workflow: String?

    @OptionGroup var payload: PayloadOption
    @OptionGroup var inputs: InputOptions
    @OptionGroup(title: "Options of every run") var options: RunOptions

    private var isDispatch: Bool { event == "workflow_dispatch" }

    func validate() throws {
        if isDispatch, workflow == nil {
            throw ValidationError(
                "workflow_dispatch is for one workflow: flowrun why workflow_dispatch WORKFLOW"
            )
        }
        if isDispatch, payload.file != nil {
            throw ValidationError("workflow_dispatch has no payload of its own; give its inputs with -f")
        }
        if !isDispatch, !inputs.fields.isEmpty {
            throw ValidationError("-f gives an input of workflow_dispatch, not of \(event)")
        }
    }

    func run() throws {
        let surroundings = Surroundings()
        let configuration = try Configuration.load(
            repository: try surroundings.settingsFolder(),
            environment: surroundings.environment
        )
        var session = try options.settings.session(surroundings, configuration)
        // Not in the state folder, where nothing is to change.
        session.snapshotFolder = "\(NSTemporaryDirectory())/flowrun-why-\(UUID().uuidString)"
        let explanations = try explain(session, surroundings.home)
        let format = options.format ?? configuration.format.flatMap(RenderFormat.init)
        if format == .json {
            for explanation in explanations { Console.print(WhyJSON.line(explanation)) }
        } else if explanations.isEmpty {
            Console.complain("this commit has no workflows")
        } else {
            let terminal = Terminal(environment: surroundings.environment)
            Console.print(WhyText(paint: Paint(isOn: terminal.colours)).text(explanations))
        }
    }

    private func explain(_ session: SessionOptions, _ home: FlowrunHome) throws -> [WorkflowExplanation] {
        defer {
            if options.worktree { try? FileManager.default.removeItem(atPath: session.snapshotFolder) }
        }
        let payload = try payload.read()
        let explainer = try EventExplainer(session) { try Store(home: home, readOnly: true) }
        if isDispatch, let workflow {
            return try explainer.explainDispatch(of: workflow, inputs: try inputs.read())
        }
        return try explainer.explain(event, payload: payload, workflow: workflow)
    }
}
