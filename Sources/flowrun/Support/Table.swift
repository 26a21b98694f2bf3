/// Rows in aligned columns.
enum Table {
    /// The widest column gives way where the rows do not fit into the width; those named `whole` never do.
    static func text(
        _ titles: [String],
        _ rows: [[String]],
        width: Int,
        whole: Set<String> = []
    ) -> String {
        var widths = titles.indices.map { column in
            max(titles[column].count, rows.map { $0[column].count }.max() ?? 0)
        }
        let gaps = 2 * (titles.count - 1)
        while widths.reduce(gaps, +) > max(width, 40),
            let widest = widths.indices.filter({ !whole.contains(titles[$0]) })
                .max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 12
        {
            widths[widest] -= 1
        }
        return ([titles] + rows).map { row in
            row.indices.map { fit(row[$0], widths[$0]) }
                .joined(separator: "  ").trimmingSuffix { $0 == " " }
        }.joined(separator: "\n")
    }

    private static func fit(_ text: String, _ width: Int) -> String {
        if text.count > width { return text.prefix(width - 1) + "…" }
        return text + String(repeating: " ", count: width - text.count)
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
