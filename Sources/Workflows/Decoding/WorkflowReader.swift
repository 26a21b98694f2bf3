import YAML

/// Reads workflow files.
package enum WorkflowReader {
    /// Reads a workflow, with all that is wrong in it.
    ///
    /// `file` is the file's path, as diagnostics and the workflow's default name say it.
    package static func read(_ text: String, file: String) -> Reading<Workflow> {
        let document = readDocument(text, file: file)
        let decoder = Decoder(file: file, diagnostics: document.diagnostics)
        let workflow = document.root.flatMap(decoder.workflow)
        return Reading(workflow, decoder.diagnostics)
    }

    /// What can be read of a workflow, whatever is wrong in the rest of it.
    package static func sketch(_ text: String, file: String) -> Workflow? {
        readDocument(text, file: file).root.flatMap(Decoder(file: file).workflow)
    }
}
