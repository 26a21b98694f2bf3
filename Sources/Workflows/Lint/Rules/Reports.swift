import YAML

extension Rule {
    /// Reports with text of strangers in them, and with links that lead nowhere once they are posted.
    static let reports = Rule { inspection in
        let tracer = inspection.tracer
        let commands = ["cml comment create", "cml comment update", "cml send-comment"]
        let posting = inspection.lists.indices.filter { list in
            commands.contains { !inspection.places(of: $0, list: list).isEmpty }
        }
        return posting.flatMap { inspection.scripts(list: $0) }.flatMap { script -> [Diagnostic] in
            script.lines.compactMap { line, offset in
                guard line.has(">"), line.has(".md") else { return nil }
                if let link = line.brokenLink {
                    return inspection.finding(
                        "report-links",
                        at: script.location,
                        range: script.range(of: link, in: line, offset),
                        "'\(link)' leads out of the workspace, so the posted report has no such image",
                        hint: "write the path as it is below the workspace"
                    )
                }
                guard case .anybody(let way)? = tracer.taint(ofLine: line, in: script.scope) else {
                    return nil
                }
                return inspection.finding(
                    "untrusted-report",
                    at: script.location,
                    range: offset..<offset + line.utf8.count,
                    "what strangers wrote ('\(way.source)') goes into a report that is posted in your name",
                    hint: "leave it out, or put it into a code block"
                )
            }
        }
    }
}

extension Substring {
    /// The target of a link or image of Markdown that is absolute or leads upwards.
    fileprivate var brokenLink: String? {
        guard let open = firstRange(of: "](") else { return nil }
        let target = self[open.upperBound...].prefix { $0 != ")" && $0 != " " }
        return target.hasPrefix("/") || target.hasPrefix("../") ? String(target) : nil
    }
}
