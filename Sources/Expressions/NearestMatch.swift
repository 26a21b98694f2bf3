/// The name of `candidates` that `word` is probably a slip of: the one that the fewest edits (a letter more, less,
/// changed, or two swapped) lead to, at most one for every three letters.
///
/// Case does not matter.
package func nearestMatch(_ word: String, in candidates: some Collection<String>) -> String? {
    let wanted = folded(word)
    // Nobody has so many names that a slip is to be told from; a file made to hurt may.
    guard wanted.count <= longest, candidates.count <= mostNames else { return nil }
    let most = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for name in candidates {
        let letters = folded(name)
        guard abs(letters.count - wanted.count) <= most, letters.count <= longest else { continue }
        let distance = editDistance(wanted, letters)
        guard distance <= most, distance < letters.count else { continue }
        // The lesser name of equally near ones, so that the answer does not hang on the order of a set.
        if let (bestName, bestDistance) = best, (bestDistance, bestName) <= (distance, name) { continue }
        best = (name, distance)
    }
    return best?.name
}

/// Whether a word is so near to a name that it can only be a slip of it: but for case, hyphens and underscores the same,
/// or one letter away from a name of at least four.
package func isSlip(_ word: String, of name: String) -> Bool {
    let (left, right) = (folded(word), folded(name))
    guard left.count <= longest, right.count <= longest else { return false }
    func plain(_ letters: [UInt8]) -> [UInt8] {
        letters.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }
    func digits(_ letters: [UInt8]) -> [UInt8] { letters.filter { (0x30...0x39).contains($0) } }
    if plain(left) == plain(right) { return true }
    // `part3` is no slip of `part2`.
    guard digits(left) == digits(right) else { return false }
    return right.count >= 4 && abs(left.count - right.count) <= 1 && editDistance(left, right) == 1
}

private let mostNames = 500

/// No name is longer; what is longer is no slip.
private let longest = 200

/// The optimal string alignment distance.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var older: [Int] = []
    var previous = Array(0...right.count)
    for (row, l) in left.enumerated() {
        var current = [row + 1]
        for (column, r) in right.enumerated() {
            var least = min(
                previous[column + 1] + 1,
                current[column] + 1,
                previous[column] + (l == r ? 0 : 1)
            )
            if row > 0, column > 0, l == right[column - 1], left[row - 1] == r {
                least = min(least, older[column - 1] + 1)
            }
            current.append(least)
        }
        older = previous
        previous = current
    }
    return previous[right.count]
}
