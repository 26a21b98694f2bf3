/// A number with its noun: `1 argument`, `3 arguments`.
///
/// Nouns that do not just take an `s` give their own plural.
package func plural(_ count: Int, _ noun: String, _ nouns: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : nouns ?? noun + "s")"
}
