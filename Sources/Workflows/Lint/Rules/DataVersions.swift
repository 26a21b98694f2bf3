import YAML

extension Rule {
    /// Commits that name data which nobody can fetch yet.
    static let pushOrder = Rule { inspection in
        inspection.lists.indices.flatMap { list -> [Diagnostic] in
            guard let data = inspection.places(of: "dvc push", list: list).first,
                let commit = inspection.firstCommitPush(list: list), commit < data
            else { return [] }
            return [
                inspection.finding(
                    "dvc-push-order",
                    at: data.script.location,
                    range: data.range,
                    "the commit is pushed before the data that it names: in between, nobody can fetch that",
                    hint: "run 'dvc push' before the commit goes out"
                )
            ]
        }
    }

    /// Data from wherever a stranger's `.dvc/config` says, and notebooks of strangers, beside secrets.
    static let foreignData = Rule { inspection in
        guard inspection.isPrivilegedForStrangers, inspection.foreignCheckout != nil else { return [] }
        let commands = [
            "dvc pull": "the stranger's .dvc/config says where the data comes from",
            "dvc fetch": "the stranger's .dvc/config says where the data comes from",
            "dvc repro": "the stranger's dvc.yaml says what is run",
            "papermill": "the notebook is the stranger's code",
            "jupyter nbconvert": "the notebook is the stranger's code",
        ]
        return inspection.lists.indices.flatMap { list -> [Diagnostic] in
            guard inspection.readsSecrets(list: list) else { return [] }
            return commands.sorted { $0.key < $1.key }.flatMap { command, why in
                inspection.places(of: command, list: list).map { place in
                    inspection.finding(
                        "untrusted-data",
                        at: place.script.location,
                        range: place.range,
                        "'\(command)' runs on a stranger's branch, with secrets in reach: \(why)",
                        hint: "do this in a workflow of 'pull_request', without secrets"
                    )
                }
            }
        }
    }
}

/// Where a command stands in the steps of a job.
struct CommandPlace: Comparable {
    var script: ScriptText
    var range: Range<Int>
    var line: Substring = ""

    private var order: (Int, Int) { (script.placed.place, range.lowerBound) }

    static func < (left: Self, right: Self) -> Bool { left.order < right.order }
    static func == (left: Self, right: Self) -> Bool { left.order == right.order }
}

extension Inspection {
    /// Where a command is run in a list of steps, in order.
    func places(of command: String, list: Int) -> [CommandPlace] {
        scripts(list: list).flatMap { script in
            script.lines.filter { ShellLine.runs(command, in: $0.line) }.map { line, offset in
                CommandPlace(script: script, range: script.range(of: command, in: line, offset), line: line)
            }
        }
    }

    /// The first push of a commit, by a script or an action.
    fileprivate func firstCommitPush(list: Int) -> CommandPlace? {
        let pushing = ["ad-m/github-push-action", "stefanzweifel/git-auto-commit-action"]
        let byAction = actionUses(list: list).first { pushing.contains($0.name) }.map { use in
            CommandPlace(
                script: ScriptText(
                    placed: use.placed,
                    template: .init(literal: .string("")),
                    location: use.reference.location
                ),
                range: 0..<0
            )
        }
        return [byAction, places(of: "git push", list: list).first].compactMap(\.self).min()
    }
}
