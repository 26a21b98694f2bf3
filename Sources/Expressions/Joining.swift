extension [String] {
    /// The texts one after the other, in place of the standard library's of the same form.
    ///
    /// That one is generic: Swift searches the whole program for its types when it is first called, which takes as long as
    /// a thousand short texts.
    package func joined(separator: String = "") -> String {
        guard var text = first else { return "" }
        for other in dropFirst() {
            text += separator
            text += other
        }
        return text
    }
}
