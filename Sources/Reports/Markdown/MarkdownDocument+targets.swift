import CCmark

extension MarkdownDocument {
    /// The text with the targets of images, links and definitions replaced as the table says.
    ///
    /// The author's text is edited in place and parsed again as a check that nothing but those targets has changed;
    /// where that cannot be had (say, the same words stand in a code block), the text is written anew from the tree.
    package func replacingTargets(_ replacements: [String: String]) -> String {
        let wanted = replacements.filter { $0.key != $0.value && !$0.key.isEmpty }
        guard targets.contains(where: { wanted[$0] != nil }) else { return source }
        let goal = outline.map { $0.pointing(wanted) }
        if let edited = editedInPlace(wanted, goal: goal) { return edited }

        let copy = MarkdownDocument(source)
        copy.visit { node, event in
            guard event == CMARK_EVENT_ENTER, isLinkOrImage(node) else { return }
            guard let target = wanted[text(cmark_node_get_url(node))] else { return }
            cmark_node_set_url(node, target)
        }
        return copy.normalized()
    }

    /// What the text says, flat and comparable.
    fileprivate var outline: [OutlineEntry] {
        var entries: [OutlineEntry] = []
        visit { node, event in
            guard event == CMARK_EVENT_ENTER else {
                entries.append(OutlineEntry(type: "/", literal: "", target: nil))
                return
            }
            let type = text(cmark_node_get_type_string(node))
            let target = isLinkOrImage(node) ? text(cmark_node_get_url(node)) : nil
            let literal = text(cmark_node_get_literal(node)) + text(cmark_node_get_title(node))
            entries.append(OutlineEntry(type: type, literal: literal, target: target))
        }
        return entries
    }

    private func editedInPlace(_ wanted: [String: String], goal: [OutlineEntry]) -> String? {
        let bytes = Array(source.utf8)
        let places = wanted.flatMap { old, new in
            occurrences(of: Array(old.utf8), in: bytes).map { (range: $0, new: Array(new.utf8)) }
        }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        guard places.count <= 64 else { return nil }

        func applying(_ chosen: [Int]) -> String {
            var edited: [UInt8] = []
            var position = 0
            for index in chosen where places[index].range.lowerBound >= position {
                edited += bytes[position..<places[index].range.lowerBound] + places[index].new
                position = places[index].range.upperBound
            }
            return String(decoding: edited + bytes[position...], as: UTF8.self)
        }
        let everything = applying(Array(places.indices))
        if MarkdownDocument(everything).outline == goal { return everything }

        // Some of the places are not targets: take those whose edit changes targets alone.
        let original = outline
        let chosen = places.indices.filter { index in
            let changed = MarkdownDocument(applying([index])).outline
            return changed != original && changed.count == original.count
                && zip(original, changed).allSatisfy { $0 == $1 || $0.pointing(wanted) == $1 }
        }
        let edited = applying(chosen)
        return MarkdownDocument(edited).outline == goal ? edited : nil
    }
}

private struct OutlineEntry: Equatable {
    var type: String
    var literal: String
    var target: String?

    func pointing(_ wanted: [String: String]) -> OutlineEntry {
        guard let target, let new = wanted[target] else { return self }
        return OutlineEntry(type: type, literal: literal, target: new)
    }
}

/// Where the words stand behind a character that may open a target, and before one that may end it.
private func occurrences(of words: [UInt8], in bytes: [UInt8]) -> [Range<Int>] {
    let openers = Set("(<: \n\t".utf8)
    let closers = Set(")> \n\t\r".utf8)
    guard let first = words.first, bytes.count >= words.count else { return [] }
    var found: [Range<Int>] = []
    var index = 0
    while index + words.count <= bytes.count {
        let end = index + words.count
        if bytes[index] == first, bytes[index..<end].elementsEqual(words),
            index > 0, openers.contains(bytes[index - 1]), end == bytes.count || closers.contains(bytes[end])
        {
            found.append(index..<end)
            index = end
        } else {
            index += 1
        }
    }
    return found
}
