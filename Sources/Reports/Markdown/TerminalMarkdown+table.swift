extension TerminalMarkdown {
    func table(_ rows: [MarkdownNode], columns: [MarkdownNode.Alignment], width: Int) -> [String] {
        let cells = rows.map { row in
            let style: StyledText.Style = row.kind == .tableRow(isHeader: true) ? .bold : []
            return row.children.map { inline($0.children, style: style) }
        }
        let widths = columnWidths(cells, count: columns.count, width: width)
        var lines: [String] = []
        for (row, node) in zip(cells, rows) {
            let wrapped = widths.indices.map { column in
                column < row.count ? row[column].wrapped(to: widths[column], colours: colours) : [""]
            }
            for line in 0..<(wrapped.map(\.count).max() ?? 0) {
                let parts = widths.indices.map { column in
                    let text = line < wrapped[column].count ? wrapped[column][line] : ""
                    return aligned(text, to: widths[column], columns[column])
                }
                lines.append(trimmedEnd(parts.joined(separator: paint(" │ ", .dim))))
            }
            if node.kind == .tableRow(isHeader: true) {
                let rules = widths.map { String(repeating: "─", count: $0) }
                lines.append(paint(rules.joined(separator: "─┼─"), .dim))
            }
        }
        return lines
    }

    /// Each column's natural width; where the table is too wide, the widest columns give way first.
    private func columnWidths(_ cells: [[StyledText]], count: Int, width: Int) -> [Int] {
        var widths = (0..<count).map { column in
            max(1, cells.map { column < $0.count ? $0[column].width : 0 }.max() ?? 1)
        }
        let available = max(width - 3 * (count - 1), 8 * count)
        while widths.reduce(0, +) > available, let widest = widths.max(), widest > 8,
            let index = widths.firstIndex(of: widest)
        {
            widths[index] -= 1
        }
        return widths
    }

    private func aligned(_ text: String, to width: Int, _ alignment: MarkdownNode.Alignment) -> String {
        let missing = max(0, width - DisplayWidth.of(text))
        let left =
            switch alignment {
            case .none, .left: 0
            case .center: missing / 2
            case .right: missing
            }
        return String(repeating: " ", count: left) + text + String(repeating: " ", count: missing - left)
    }

    private func trimmedEnd(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line = line.dropLast() }
        return String(line)
    }
}
