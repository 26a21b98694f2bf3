package import YAML

/// All that can be said of a workflow or an action file: faults, and warnings of what is right but hardly meant.
///
/// A comment `# flowrun: ignore[code]` silences the warnings with that code of its line, or of the line below it where
/// it stands alone. Faults cannot be silenced, since the file would be refused all the same.
///
/// `file` is the path, for the diagnostics; by its name an action's manifest is known from a workflow. `called` finds
/// the workflows that jobs call, so that the calls are checked too.
package func lint(
    _ text: String,
    file: String,
    called: @escaping CalledWorkflows.Finder = { _ in .elsewhere }
) -> [Diagnostic] {
    let name = file.split { $0 == "/" || $0 == "\\" }.last ?? ""
    let document = readDocument(text, file: file)
    let decoder = Decoder(file: file, diagnostics: document.diagnostics, advises: true)
    let found: [Diagnostic]
    if name == "action.yml" || name == "action.yaml" {
        found = Reading(document.root.flatMap(decoder.manifest), decoder.diagnostics).diagnostics
    } else {
        let reading = Reading(document.root.flatMap(decoder.workflow), decoder.diagnostics)
        let faults = reading.value.map { CalledWorkflows(find: called).faults(of: $0) } ?? []
        found = reading.diagnostics + faults
    }
    let silenced = SilencingComments(text)
    return found.filter { $0.severity == .error || !silenced.covers($0) }
}

/// The comments of a file that silence warnings.
struct SilencingComments {
    private var codes: [Int: Set<String>] = [:]

    init(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            guard let mark = line.firstRange(of: "# flowrun: ignore["),
                let end = line[mark.upperBound...].firstIndex(of: "]")
            else { continue }
            let named = line[mark.upperBound..<end].split { $0 == "," || $0 == " " }.map(String.init)
            let standsAlone = line[..<mark.lowerBound].allSatisfy(\.isWhitespace)
            codes[index + (standsAlone ? 2 : 1), default: []].formUnion(named)
        }
    }

    func covers(_ diagnostic: Diagnostic) -> Bool {
        codes[diagnostic.location.line]?.contains(diagnostic.code) ?? false
    }
}
