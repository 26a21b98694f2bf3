import Expressions
import YAML

extension Inspection {
    /// The value handed over in `env` instead of being written into a script: an entry there, and its variable here.
    ///
    /// Only where the shell is known to be one in which `"${NAME}"` is that variable, and nothing around it minds.
    func handingOver(_ source: Reference, at location: SourceLocation, in scope: ExpressionSite.Scope) -> Fix?
    {
        guard case .step(let list, let index) = scope, !source.path.isEmpty, !source.path.contains("*"),
            let scalar = scalar(at: location)?.scalar, scalar.style == .literal || scalar.style == .plain,
            runsInBourneShell(lists[list].steps[index], list: list),
            let segment = scalar.text.segment(around: source.range),
            let place = place(of: segment, at: location), place.length == scalar.text.count(of: segment)
        else { return nil }
        let quoting = ShellQuoting(before: segment.lowerBound, of: scalar.text)
        guard quoting != .single, quoting != .unknown else { return nil }
        let name = source.variableName
        let value = "${{ \(source.text) }}"
        var edits: [Fix.Edit] = []
        if let known = environments(of: scope).lazy.compactMap({ self.value(of: $0.tree, named: name) }).first
        {
            guard known.sourceText == value else { return nil }
        } else {
            guard let entry = newEntry(name, value, of: lists[list].steps[index]) else { return nil }
            edits.append(entry)
        }
        let variable = quoting == .double ? "${\(name)}" : "\"${\(name)}\""
        return Fix(edits + [Fix.Edit(at: place.location, length: place.length, text: variable)])
    }

    /// A new first entry of the step's `env`, with `env` itself before `run` where there is none.
    private func newEntry(_ name: String, _ value: String, of step: Step) -> Fix.Edit? {
        guard let mapping = blockMapping(at: step.location) else { return nil }
        func margin(_ column: Int) -> String { String(repeating: " ", count: column - 1) }
        if let env = mapping["env"] {
            guard let block = blockMapping(at: env.location) else { return nil }
            let text = "\(name): \(value)\n\(margin(block.location.column))"
            return Fix.Edit(at: block.location, length: 0, text: text)
        }
        guard let run = mapping.entries?.first(where: { $0.key.scalar?.text == "run" })?.key else {
            return nil
        }
        let column = run.location.column
        let text = "env:\n\(margin(column + 2))\(name): \(value)\n\(margin(column))"
        return Fix.Edit(at: run.location, length: 0, text: text)
    }

    private func runsInBourneShell(_ step: Step, list: Int) -> Bool {
        guard case .run(let script) = step.action else { return false }
        var shells = [script.shell]
        var labels: [String] = []
        if let index = lists[list].job, case .steps(let job) = jobs[index].kind {
            shells += [job.defaults.shell, workflow?.defaults.shell]
            labels = job.runsOn.labels?.tree.texts ?? []
        }
        if let shell = shells.compactMap(\.self).first {
            return ["bash", "sh"].contains(shell.literalText ?? "")
        }
        // Without a shell it is bash, but on Windows.
        return !labels.isEmpty && !labels.contains { $0.lowercased().hasPrefix("windows") }
    }
}

/// In what quotes of a shell script a place stands.
private enum ShellQuoting {
    case none, single, double
    /// The script has what a look at its quotes alone cannot tell.
    case unknown

    init(before offset: Int, of script: String) {
        self = .none
        if script[...].has("<<") || script[...].has("$'") {
            self = .unknown
            return
        }
        let bytes = Array(script.utf8)
        var (place, isWord) = (0, false)
        while place < offset {
            let byte = bytes[place]
            switch (self, byte) {
            case (_, UInt8(ascii: "$")) where bytes[place...].starts(with: "${{".utf8):
                while place < offset, !bytes[place...].starts(with: "}}".utf8) { place += 1 }
                place += 1
            case (.none, UInt8(ascii: "\\")), (.double, UInt8(ascii: "\\")): place += 1
            case (.none, UInt8(ascii: "'")): self = .single
            case (.single, UInt8(ascii: "'")): self = .none
            case (.none, UInt8(ascii: "\"")): self = .double
            case (.double, UInt8(ascii: "\"")): self = .none
            case (.none, UInt8(ascii: "#")) where !isWord:
                while place < offset, bytes[place] != UInt8(ascii: "\n") { place += 1 }
            // A command inside of a text has quotes of its own.
            case (.double, UInt8(ascii: "`")), (.double, UInt8(ascii: "(")):
                if byte == UInt8(ascii: "`") || place > 0 && bytes[place - 1] == UInt8(ascii: "$") {
                    self = .unknown
                    return
                }
            default: break
            }
            isWord = byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: ";")
            place += 1
        }
    }
}

extension Reference {
    /// A name for a variable: of `github.event.issue.title`, `ISSUE_TITLE`.
    fileprivate var variableName: String {
        let parts = path.filter { $0 != "event" && $0 != "outputs" }.suffix(2)
        let name = parts.joined(separator: "_").uppercased().map {
            $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_"
        }
        let text = String(name)
        return text.first?.isNumber == false ? text : "VALUE_\(text)"
    }
}

extension String {
    /// The whole of `${{ }}` around a range, if there is nothing else in it.
    fileprivate func segment(around range: Range<Int>) -> Range<Int>? {
        let bytes = Array(utf8)
        guard range.upperBound <= bytes.count else { return nil }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start > 0, bytes[start - 1] == UInt8(ascii: " ") { start -= 1 }
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
        guard start >= 3, bytes[start - 3..<start].elementsEqual("${{".utf8),
            bytes[end...].starts(with: "}}".utf8)
        else { return nil }
        return start - 3..<end + 2
    }

    fileprivate func count(of range: Range<Int>) -> Int {
        String(decoding: Array(utf8)[range], as: UTF8.self).count
    }
}
