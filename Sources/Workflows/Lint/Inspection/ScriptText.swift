import Expressions
import YAML

/// A script of the file, line by line.
struct ScriptText {
    /// A line with its UTF-8 offset in the text.
    typealias Line = (line: Substring, offset: Int)

    var placed: PlacedStep
    var template: Template
    var location: SourceLocation
    /// Without those that are comments or empty.
    var lines: [Line]

    var scope: ExpressionSite.Scope { .step(list: placed.list, place: placed.place) }

    init(placed: PlacedStep, template: Template, location: SourceLocation) {
        self.placed = placed
        self.template = template
        self.location = location
        lines = []
        var offset = 0
        for line in template.source[...].lines {
            if let code = ShellLine.code(of: line) {
                lines.append((code, offset + line.utf8.distance(from: line.startIndex, to: code.startIndex)))
            }
            offset += line.utf8.count + 1
        }
    }

    /// The script of a step; `nil` where it runs none.
    init?(_ placed: PlacedStep) {
        guard case .run(let script) = placed.step.action,
            case .scalar(let template, let location) = script.run.tree
        else { return nil }
        self.init(placed: placed, template: template, location: location)
    }

    /// Where a text first stands in a line, for a mark.
    func range(of text: String, in line: Substring, _ offset: Int) -> Range<Int> {
        guard let found = line.range(ofBytes: text) else { return offset..<offset + line.utf8.count }
        let start = offset + line.utf8.distance(from: line.startIndex, to: found.lowerBound)
        return start..<start + text.utf8.count
    }
}
