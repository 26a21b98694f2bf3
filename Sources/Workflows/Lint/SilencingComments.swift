import YAML

/// The comments of a file that silence warnings.
///
/// `# zizmor: ignore[code]` counts as well: files have it already, and many codes are the same.
struct SilencingComments {
    private var codes: [Int: Set<String>] = [:]

    init(_ text: String) {
        guard text[...].has(": ignore[") else { return }
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            for sign in ["# flowrun: ignore[", "# zizmor: ignore["] {
                guard let mark = line.range(ofBytes: sign),
                    let end = line[mark.upperBound...].firstIndex(of: "]")
                else { continue }
                let named = line[mark.upperBound..<end].split { $0 == "," || $0 == " " }.map(String.init)
                let standsAlone = line[..<mark.lowerBound].allSatisfy(\.isWhitespace)
                codes[index + (standsAlone ? 2 : 1), default: []].formUnion(named)
            }
        }
    }

    func covers(_ diagnostic: Diagnostic) -> Bool {
        codes[diagnostic.location.line]?.contains(diagnostic.code) ?? false
    }
}
