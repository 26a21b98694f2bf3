/// What an artifact may be called: what `actions/upload-artifact` lets pass, and nothing that is a step of a path.
package enum ArtifactName {
    private static let forbidden: Set<Unicode.Scalar> = [
        "\"", ":", "<", ">", "|", "*", "?", "\r", "\n", "\\", "/", "\0",
    ]

    /// What is wrong with a name, as a sentence without its end; nil where nothing is.
    package static func fault(in name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= 255 else { return "An artifact's name has 1 to 255 bytes" }
        let odd = name.unicodeScalars.first {
            forbidden.contains($0) || $0.properties.generalCategory == .control
        }
        if let odd { return "An artifact's name cannot hold \(odd.escaped(asASCII: true))" }
        return name == "." || name == ".." ? "An artifact cannot be called `\(name)`" : nil
    }
}
