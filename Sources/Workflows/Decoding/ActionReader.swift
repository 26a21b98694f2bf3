import YAML

/// Reads the manifests of actions, `action.yml`.
package enum ActionReader {
    /// Reads a manifest, with all that is wrong in it.
    ///
    /// What GitHub's runner overlooks (unknown keys at the root and of inputs, a name that is missing) is a warning.
    package static func read(_ text: String, file: String) -> Reading<ActionManifest> {
        let document = readDocument(text, file: file)
        let decoder = Decoder(file: file, diagnostics: document.diagnostics)
        let manifest = document.root.flatMap(decoder.manifest)
        return Reading(manifest, decoder.diagnostics)
    }
}
