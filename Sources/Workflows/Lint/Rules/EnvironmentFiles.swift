import YAML

extension Rule {
    /// Values from outside that are written where the next steps take their environment from.
    static let environmentFiles = Rule { inspection in
        let tracer = inspection.tracer
        return inspection.scripts.findings { script in
            script.lines.compactMap { line, offset in
                guard line.has("GITHUB_"), let file = ["GITHUB_ENV", "GITHUB_PATH"].first(where: line.has),
                    line.writes,
                    line.value(before: file)
                else { return nil }
                let taint = tracer.taint(ofLine: line, in: script.scope)
                let isAnybody = if case .anybody? = taint { true } else { false }
                let isCertain = isAnybody || inspection.isPrivilegedForStrangers
                return inspection.finding(
                    "github-env",
                    at: script.location,
                    range: script.range(of: file, in: line, offset),
                    "what is written to \(file) here is not fixed, and rules the steps that follow"
                        + (isAnybody ? "; strangers may have written it" : ""),
                    hint: "an output of the step, written to GITHUB_OUTPUT, changes only what reads it",
                    severity: isCertain ? .warning : .note
                )
            }
        }
    }

    /// Commands by which anything that a step prints could change the steps after it.
    static let insecureCommands = Rule { inspection in
        var found: [Diagnostic] = []
        let trees = inspection.environmentTrees
        for tree in trees {
            guard let value = tree.value(named: "ACTIONS_ALLOW_UNSECURE_COMMANDS"),
                // Nothing else than this word does it.
                value.texts.first.map({ $0.lowercased() == "true" }) ?? true
            else { continue }
            found.append(
                inspection.finding(
                    "insecure-commands",
                    at: value.location,
                    "ACTIONS_ALLOW_UNSECURE_COMMANDS lets whatever a step prints set the environment",
                    hint: "write to $GITHUB_ENV and $GITHUB_PATH instead"
                )
            )
        }
        for script in inspection.scripts {
            for (line, offset) in script.lines where line.has("::") {
                for command in removed where line.has("::\(command.name)") {
                    found.append(inspection.finding(of: command, script, line, offset))
                }
            }
        }
        return found
    }

    fileprivate struct Command: Sendable {
        var name: String
        var file: String
        var isGone: Bool
    }

    private static let removed = [
        Command(name: "set-env ", file: "$GITHUB_ENV", isGone: true),
        Command(name: "add-path::", file: "$GITHUB_PATH", isGone: true),
        Command(name: "set-output ", file: "$GITHUB_OUTPUT", isGone: false),
        Command(name: "save-state ", file: "$GITHUB_STATE", isGone: false),
    ]
}

extension Inspection {
    /// Every `env` of the file.
    var environmentTrees: [TemplateTree] {
        var trees: [TemplateTree?] = [workflow?.env?.tree]
        for case .steps(let job) in jobs.map(\.kind) { trees.append(job.env?.tree) }
        trees += steps.map { $0.step.env?.tree }
        return trees.compactMap(\.self)
    }

    fileprivate func finding(
        of command: Rule.Command,
        _ script: ScriptText,
        _ line: Substring,
        _ offset: Int
    ) -> Diagnostic {
        let name = command.name.filter { $0 != " " && $0 != ":" }
        return finding(
            command.isGone ? "insecure-commands" : "deprecated-command",
            at: script.location,
            range: script.range(of: "::\(command.name)", in: line, offset),
            command.isGone
                ? "the command '\(name)' is refused, for anything that is printed could use it"
                : "the command '\(name)' is deprecated",
            hint: "write to \(command.file) instead",
            fix: command.isGone ? nil : fix(of: name, to: command.file, script, line, offset)
        )
    }

    /// `echo "::set-output name=x::value"` alone on its line, as a write to the file.
    private func fix(
        of command: String,
        to file: String,
        _ script: ScriptText,
        _ line: Substring,
        _ offset: Int
    ) -> Fix? {
        let start = "::\(command) name="
        let whole = line.trimmingSuffix(while: \.isWhitespace)
        guard let quote = whole.last, quote == "\"" || quote == "'",
            let inner = whole.dropping("echo \(quote)")?.dropLast(), let rest = inner.dropping(start),
            let colons = rest.range(ofBytes: "::"), !inner.contains(quote),
            let node = scalar(at: script.location),
            node.scalar?.style == .literal || node.scalar?.style == .plain
        else { return nil }
        let name = rest[..<colons.lowerBound]
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
            return nil
        }
        guard let place = place(of: offset..<offset + whole.utf8.count, at: node.location),
            place.length == whole.count
        else { return nil }
        let text = "echo \(quote)\(name)=\(rest[colons.upperBound...])\(quote) >> \"\(file)\""
        return Fix(at: place.location, length: place.length, text: text)
    }
}

extension Substring {
    /// Whether the line writes to a file.
    fileprivate var writes: Bool {
        has(">") || has("tee ") || has("Out-File") || has("Add-Content")
    }

    /// Whether something that is not fixed stands before the file's name.
    fileprivate func value(before file: String) -> Bool {
        guard let found = firstRange(of: file) else { return false }
        var before = self[..<found.lowerBound]
        // `%GITHUB_ENV%` is how cmd names it, and its other variables.
        if before.last == "%" { return before.dropLast().has("%") }
        while let last = before.last, last == "$" || last == "{" || last == "\"" || last == ":" {
            before = before.dropLast()
        }
        if before.hasSuffix("env") { before = before.dropLast(4) }
        return before.has("$") || before.has("`")
    }

    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }

    fileprivate func trimmingSuffix(while drops: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, drops(last) { text = text.dropLast() }
        return text
    }
}
