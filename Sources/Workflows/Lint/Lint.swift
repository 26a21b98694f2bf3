package import YAML

/// Finds the manifest of an action of this repository by its path; `nil` where there is none.
package typealias ActionFinder = (_ path: String) -> Reading<ActionManifest>?

/// All that can be said of a workflow or an action file: faults, and warnings of what is right but hardly meant or
/// hardly safe.
///
/// A comment `# flowrun: ignore[code]` silences the warnings with that code of its line, or of the line below it where
/// it stands alone. Faults cannot be silenced, since the file would be refused all the same.
///
/// `file` is the path, for the diagnostics; by its name an action's manifest is known from a workflow. `called` and
/// `actions` find the workflows that jobs call and the actions that steps use, so that their inputs are checked too.
/// With `notes` come the severer rules: what is safe enough for many, and worth a look for the careful.
package func lint(
    _ text: String,
    file: String,
    notes: Bool = false,
    called: @escaping CalledWorkflows.Finder = { _ in .elsewhere },
    actions: @escaping ActionFinder = { _ in nil }
) -> [Diagnostic] {
    let document = readDocument(text, file: file)
    let decoder = Decoder(file: file, diagnostics: document.diagnostics)
    var found: [Diagnostic]
    let subject: Inspection.Subject?
    if isActionFile(file) {
        let manifest = document.root.flatMap(decoder.manifest)
        found = Reading(manifest, decoder.diagnostics).diagnostics
        subject = manifest.map(Inspection.Subject.action)
    } else {
        let workflow = document.root.flatMap(decoder.workflow)
        let reading = Reading(workflow, decoder.diagnostics)
        let faults = reading.value.map { CalledWorkflows(find: called).faults(of: $0) } ?? []
        found = reading.diagnostics + faults
        subject = workflow.map(Inspection.Subject.workflow)
    }
    if let subject, let root = document.root {
        let isWhole = !found.contains { $0.severity == .error && $0.location.file == file }
        let inspection = Inspection(
            file: file,
            notes: notes,
            root: root,
            subject: subject,
            called: called,
            actions: actions
        )
        let findings = Rule.all.filter { isWhole || !$0.needsWholeFile }.flatMap { $0.check(inspection) }
        found += Reading<Workflow>(nil, findings).diagnostics.filter { notes || $0.severity != .note }
    }
    let silenced = SilencingComments(text)
    let left = found.filter { $0.severity == .error || !silenced.covers($0) }
    return worst(of: left).sorted { left, right in
        // Faults of other files, which this one calls, stay behind its own.
        (left.location.file == file ? 0 : 1, left.location) < (
            right.location.file == file ? 0 : 1, right.location
        )
    }
}

/// Nobody reads more of one file, and a file made to hurt can have more than can be shown.
let mostDiagnostics = 1000

/// As many as can be shown, errors before the rest; the last of them says how many there are beside.
private func worst(of diagnostics: [Diagnostic]) -> [Diagnostic] {
    guard diagnostics.count > mostDiagnostics else { return diagnostics }
    let errors = diagnostics.filter { $0.severity == .error }
    let others = diagnostics.filter { $0.severity != .error }
    var kept = Array((errors + others).prefix(mostDiagnostics))
    let more = "\(diagnostics.count - kept.count) more are not shown"
    kept[kept.count - 1].hint = kept[kept.count - 1].hint.map { "\($0); \(more)" } ?? more
    return kept
}

/// Whether a file is an action's manifest, by its name.
package func isActionFile(_ path: String) -> Bool {
    let name = path.split { $0 == "/" || $0 == "\\" }.last ?? ""
    return name == "action.yml" || name == "action.yaml"
}
