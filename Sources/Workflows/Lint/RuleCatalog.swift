import Expressions

/// Every code that a diagnostic can have, with what it says.
package enum RuleCatalog {
    package struct Entry: Sendable {
        package var code: String
        package var summary: String
    }

    /// Faults first: what GitHub refuses.
    package static let faults: [Entry] = [
        Entry(code: "activity-type", summary: "The event has no such activity type."),
        Entry(code: "call-cycle", summary: "A workflow calls itself, by whatever way."),
        Entry(code: "call-depth", summary: "Workflows call each other more than ten levels deep."),
        Entry(
            code: "call-input",
            summary: "The called workflow lacks this input, or must have it, or as another type."
        ),
        Entry(code: "call-missing", summary: "The called workflow is not there."),
        Entry(
            code: "call-permissions",
            summary: "The called workflow asks for more than the calling job allows."
        ),
        Entry(code: "call-secret", summary: "The called workflow lacks this secret, or must have it."),
        Entry(code: "call-trigger", summary: "The called workflow cannot be called."),
        Entry(code: "concurrency", summary: "A concurrency group or queue that cannot be."),
        Entry(code: "cron", summary: "A line that is no cron line."),
        Entry(code: "dispatch-inputs", summary: "Inputs of a dispatch that cannot be."),
        Entry(code: "duplicate-id", summary: "Two steps or jobs have the same id."),
        Entry(code: "duplicate-key", summary: "A mapping has the same key twice."),
        Entry(code: "empty-value", summary: "A value must not be empty."),
        Entry(
            code: "expression",
            summary: "An expression that cannot be read, or reads what is not available there."
        ),
        Entry(code: "expression-not-allowed", summary: "This cannot hold an expression."),
        Entry(code: "filter-conflict", summary: "A filter and its opposite stand side by side."),
        Entry(code: "identifier", summary: "A text that cannot be an id."),
        Entry(code: "image", summary: "A container has no image."),
        Entry(code: "input-type", summary: "An input of a type that it cannot have."),
        Entry(code: "matrix", summary: "A matrix without values, or an exception that excludes nothing."),
        Entry(code: "missing-key", summary: "A key that must be there is not."),
        Entry(code: "needs-cycle", summary: "Jobs need each other in a circle."),
        Entry(code: "no-jobs", summary: "A workflow has no jobs."),
        Entry(code: "permission", summary: "A permission has no such level."),
        Entry(code: "runner-group", summary: "A text that is no name of a runner group."),
        Entry(code: "snapshot-version", summary: "A version of a snapshot of the wrong form."),
        Entry(code: "step-kind", summary: "A step does nothing, or cannot stand there."),
        Entry(code: "timezone", summary: "A name of no time zone."),
        Entry(code: "unknown-event", summary: "There is no such event."),
        Entry(code: "unknown-key", summary: "A key that does not belong there."),
        Entry(code: "unknown-need", summary: "A job needs one that there is not."),
        Entry(code: "unknown-using", summary: "An action is of no kind that runs."),
        Entry(code: "uses-format", summary: "A text that names no action or workflow."),
        Entry(
            code: "wait-target",
            summary: "A step waits for one that does not run in the background before it."
        ),
        Entry(code: "wrong-type", summary: "A value of the wrong kind."),
        Entry(code: "yaml-alias", summary: "An alias without its anchor."),
        Entry(code: "yaml-documents", summary: "A file holds more than one document."),
        Entry(code: "yaml-empty", summary: "A file is empty."),
        Entry(code: "yaml-key", summary: "A key is no text."),
        Entry(code: "yaml-limit", summary: "A file is larger or deeper than GitHub takes."),
        Entry(code: "yaml-syntax", summary: "A text is no YAML."),
        Entry(code: "yaml-tag", summary: "A tag that is not of the core schema, or does not fit."),
    ]

    /// What GitHub takes, but what hardly does what was meant.
    package static let meaning: [Entry] = [
        Entry(code: "constant-condition", summary: "A condition is always the same."),
        Entry(code: "cron-dst", summary: "A schedule at an hour that some days lack or have twice."),
        Entry(code: "cron-interval", summary: "A schedule fires more often than GitHub lets it."),
        Entry(code: "cron-never", summary: "A schedule never fires."),
        Entry(code: "deprecated-command", summary: "A command that GitHub means to remove."),
        Entry(code: "missing-input", summary: "An action is not given what it must have."),
        Entry(code: "missing-timeout", summary: "A job may run for hours."),
        Entry(code: "no-steps", summary: "A job has no steps."),
        Entry(code: "no-workflows", summary: "A trigger that names no workflow never fires."),
        Entry(code: "shell", summary: "A shell that is not known and takes no script."),
        Entry(code: "timeout-fraction", summary: "A time-out of a part of a minute."),
        Entry(code: "type-mismatch", summary: "A value of a kind that is no use where it stands."),
        Entry(code: "unknown-input", summary: "An action has no such input."),
        Entry(code: "unknown-property", summary: "A name that nothing has: its value is always null."),
        Entry(
            code: "unsound-condition",
            summary: "A condition is always true, because text stands beside its braces."
        ),
        Entry(code: "unsound-contains", summary: "`contains` looks into a text where a list is meant."),
        Entry(code: "unsound-ternary", summary: "`a && b || c` gives c, since b is false."),
    ]

    /// What GitHub takes, but what is hardly safe.
    package static let safety: [Entry] = [
        Entry(
            code: "adhoc-packages",
            summary: "Packages of no certain version are installed where secrets are."
        ),
        Entry(code: "artipacked", summary: "Credentials stay in the workspace, or go out with an artifact."),
        Entry(code: "bot-conditions", summary: "A condition hangs on a name that others can take."),
        Entry(code: "cache-poisoning", summary: "A release takes in a cache that others may have filled."),
        Entry(code: "concurrency-limits", summary: "Two runs at once would both push or deploy."),
        Entry(code: "credential-file", summary: "A secret is written to a file and stays there."),
        Entry(code: "dangerous-triggers", summary: "A stranger's deed starts a run with secrets and rights."),
        Entry(code: "dvc-push-order", summary: "A commit goes out before the data that it names."),
        Entry(code: "excessive-permissions", summary: "The token has more rights than the work asks for."),
        Entry(
            code: "github-env",
            summary: "A value that is not fixed becomes the environment of later steps."
        ),
        Entry(code: "hardcoded-container-credentials", summary: "A password stands in the file."),
        Entry(code: "insecure-commands", summary: "What a step prints may change the steps after it."),
        Entry(code: "overprovisioned-secrets", summary: "More secrets are handed over than are needed."),
        Entry(code: "report-links", summary: "A report links to what is not in the workspace."),
        Entry(code: "secrets-inherit", summary: "A called workflow is given every secret."),
        Entry(code: "template-injection", summary: "Text of others becomes part of a script."),
        Entry(code: "unpinned-images", summary: "A container image can be another tomorrow."),
        Entry(code: "unpinned-uses", summary: "An action can be another tomorrow."),
        Entry(code: "unredacted-secrets", summary: "A part of a secret is not masked in the log."),
        Entry(code: "untrusted-data", summary: "A stranger's pipeline or notebook runs beside secrets."),
        Entry(code: "untrusted-on-host", summary: "A stranger's code runs on a machine that outlives it."),
        Entry(code: "untrusted-report", summary: "Text of strangers goes into a report."),
    ]

    package static let all = faults + meaning + safety

    package static func entry(of code: String) -> Entry? { all.first { $0.code == code } }

    /// The code that a word is probably a slip of.
    package static func nearest(to word: String) -> String? { nearestMatch(word, in: all.map(\.code)) }
}
