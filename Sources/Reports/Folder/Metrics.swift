/// A number that a report states, such as a score.
package struct Metric: Sendable, Equatable, Codable {
    package var name: String
    package var value: Double

    package init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// The metrics of a report: headings of the form `### Train Score: 0.9157`.
///
/// Of two with one name the last counts.
package func metrics(in document: borrowing MarkdownDocument) -> [Metric] {
    var found: [Metric] = []
    func search(_ node: MarkdownNode) {
        if case .heading = node.kind, let metric = metric(in: node.plainText) {
            found.removeAll { $0.name == metric.name }
            found.append(metric)
        }
        for child in node.children { search(child) }
    }
    search(document.content)
    return found
}

private func metric(in heading: String) -> Metric? {
    guard let colon = heading.lastIndex(of: ":") else { return nil }
    let name = heading[..<colon].trimmingSpaces
    let number = heading[heading.index(after: colon)...].trimmingSpaces
    let isNumber = number.allSatisfy { $0.isASCII && ($0.isNumber || "eE+-.".contains($0)) }
    guard !name.isEmpty, isNumber, let value = Double(number), value.isFinite else { return nil }
    return Metric(name: String(name), value: value)
}

extension StringProtocol {
    var trimmingSpaces: SubSequence {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return rest
    }
}
