/// What an artifact may be called: what `actions/upload-artifact` lets pass, and nothing that is a step of a path.
enum ArtifactName {
    private static let forbidden: Set<Unicode.Scalar> = [
        "\"", ":", "<", ">", "|", "*", "?", "\r", "\n", "\\", "/", "\0",
    ]

    static func check(_ name: String) throws(ToolkitFault) {
        guard !name.isEmpty, name.utf8.count <= 255 else {
            throw ToolkitFault(.invalid, "An artifact's name has 1 to 255 bytes")
        }
        if let odd = name.unicodeScalars.first(where: {
            forbidden.contains($0) || $0.properties.generalCategory == .control
        }) {
            throw ToolkitFault(.invalid, "An artifact's name cannot hold \(odd.escaped(asASCII: true))")
        }
        guard name != ".", name != ".." else {
            throw ToolkitFault(.invalid, "An artifact cannot be called `\(name)`")
        }
    }
}
