import Expressions
import YAML

@testable import Workflows

let nowhere = SourceLocation(file: "w.yml", line: 1, column: 1)

func located(_ text: String) -> Located<String> { Located(text, at: nowhere) }

func only(_ patterns: String...) -> PatternFilter {
    PatternFilter(isIgnoring: false, patterns: patterns.map(located))
}

func ignoring(_ patterns: String...) -> PatternFilter {
    PatternFilter(isIgnoring: true, patterns: patterns.map(located))
}

func on(
    _ event: String,
    types: [String]? = nil,
    branches: PatternFilter? = nil,
    tags: PatternFilter? = nil,
    paths: PatternFilter? = nil,
    workflows: [String] = [],
    crons: [String] = []
) -> Trigger {
    Trigger(
        event: event,
        location: nowhere,
        types: types,
        branches: branches,
        tags: tags,
        paths: paths,
        workflows: workflows,
        schedules: crons.map { Schedule(cron: located($0), timezone: nil) },
        inputs: [],
        outputs: [],
        secrets: []
    )
}

func workflow(_ triggers: Trigger...) -> Workflow {
    Workflow(
        path: ".github/workflows/w.yml",
        location: nowhere,
        name: nil,
        runName: nil,
        triggers: triggers,
        env: nil,
        defaults: RunDefaults(),
        permissions: nil,
        concurrency: nil,
        jobs: []
    )
}

func input(
    _ name: String,
    _ kind: WorkflowInput.Kind = .string,
    required: Bool = false,
    default value: Value? = nil,
    options: [String] = []
) -> WorkflowInput {
    WorkflowInput(
        name: name,
        location: nowhere,
        kind: kind,
        description: nil,
        isRequired: required,
        defaultValue: value.map { Templated(.scalar(Template(literal: $0), nowhere)) },
        options: options,
        deprecationMessage: nil
    )
}
