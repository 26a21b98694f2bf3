/// What an artifact and the files in it may be called: what `actions/upload-artifact` lets pass, in its words where it does
/// not (`path-and-artifact-name-validation.ts` of the toolkit).
package enum ArtifactName {
    private static let forbiddenInPaths: [(character: Unicode.Scalar, name: String)] = [
        ("\"", "Double quote \""), (":", "Colon :"), ("<", "Less than <"), (">", "Greater than >"),
        ("|", "Vertical bar |"), ("*", "Asterisk *"), ("?", "Question mark ?"),
        ("\r", "Carriage return \\r"), ("\n", "Line feed \\n"),
    ]
    private static let forbidden =
        forbiddenInPaths + [("\\", "Backslash \\"), ("/", "Forward slash /")]

    /// What is wrong with an artifact's name; nil where nothing is.
    package static func fault(in name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= 255 else { return "An artifact's name has 1 to 255 bytes" }
        if let fault = fault(in: name, forbidden, "The artifact name is not valid", "the artifact name") {
            return fault
        }
        // Beyond what the action refuses: what is no name of a folder, and what a terminal would act upon.
        let odd = name.unicodeScalars.first { $0.properties.generalCategory == .control }
        if let odd { return "An artifact's name cannot hold \(odd.escaped(asASCII: true))" }
        return name == "." || name == ".." ? "An artifact cannot be called `\(name)`" : nil
    }

    /// What is wrong with the path of a file in an artifact; nil where nothing is.
    package static func fault(inPath path: String) -> String? {
        fault(
            in: path,
            forbiddenInPaths,
            "The path for one of the files in artifact is not valid",
            "files that are uploaded"
        )
    }

    private static func fault(
        in text: String,
        _ forbidden: [(character: Unicode.Scalar, name: String)],
        _ complaint: String,
        _ place: String
    ) -> String? {
        let scalars = text.unicodeScalars
        guard let found = forbidden.first(where: { scalars.contains($0.character) }) else { return nil }
        return """
            \(complaint): \(text). Contains the following character: \(found.name)

            Invalid characters include: \(forbidden.map(\.name).joined(separator: ", "))

            These characters are not allowed in \(place) due to limitations with certain file systems such as NTFS. To \
            maintain file system agnostic behavior, these characters are intentionally not allowed to prevent potential \
            problems with downloads on different file systems.
            """
    }
}
