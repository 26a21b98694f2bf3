extension [(name: String, value: String)] {
    /// Gives a name its value: one that is there already, in any letter case, keeps its place and its letters, as in the
    /// contexts of GitHub's runner (DictionaryContextData.cs).
    mutating func set(_ name: String, to value: String) {
        let wanted = name.lowercased()
        if let index = firstIndex(where: { $0.name.lowercased() == wanted }) {
            self[index].value = value
        } else {
            append((name, value))
        }
    }
}
