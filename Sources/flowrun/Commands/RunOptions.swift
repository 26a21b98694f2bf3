import ArgumentParser
import Engine
import Foundation

extension RenderFormat: ExpressibleByArgument {}

enum BuiltInChoice: String, Codable, ExpressibleByArgument, CaseIterable {
    case auto, off
}

/// The options of every command that runs something (cli.md).
struct RunOptions: ParsableArguments {
    @Option(
        name: [.customShort("W"), .long],
        help: "A workflow file or a folder of them, instead of the commit's.",
        completion: .yaml
    )
    var workflows: String?

    @Option(
        name: [.customShort("j"), .customLong("job")],
        help: "Only this job and what it needs (repeatable).",
        completion: .jobs
    )
    var jobs: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only the matrix combinations with this value (repeatable).",
            valueName: "KEY=VALUE"
        )
    )
    var matrix: [String] = []

    @Option(help: "The branch, tag or commit to run on (default: HEAD).")
    var ref: String?

    @Flag(help: "Run on the working tree as it is, uncommitted and untracked files included.")
    var worktree = false

    @Option(
        name: [.customShort("s"), .customLong("secret")],
        help: ArgumentHelp(
            "A secret for this run; NAME alone reads the environment.",
            valueName: "NAME[=VALUE]"
        ),
        completion: .secrets
    )
    var secrets: [String] = []

    @Option(
        help: ArgumentHelp("Secrets for this run, in dotenv format.", valueName: "file"),
        completion: .file()
    )
    var secretFile: [String] = []

    @Option(
        name: .customLong("secrets"),
        help: ArgumentHelp("The stored set of secrets and variables to use.", valueName: "set")
    )
    var secretSet: String?

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A value of the vars context.", valueName: "NAME=VALUE"),
        completion: .assignedVariables
    )
    var variables: [String] = []

    @Option(
        help: ArgumentHelp("Values of the vars context, in dotenv format.", valueName: "file"),
        completion: .file()
    )
    var varFile: [String] = []

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp("A variable for every step.", valueName: "NAME=VALUE")
    )
    var environment: [String] = []

    @Option(
        help: ArgumentHelp("Variables for every step, in dotenv format.", valueName: "file"),
        completion: .file()
    )
    var envFile: [String] = []

    @Option(
        name: .customLong("label"),
        help: ArgumentHelp("Where jobs with a label run: host or none.", valueName: "LABEL=TARGET")
    )
    var labels: [String] = []

    @OptionGroup var actions: ActionOptions

    @Flag(help: "Refuse actions that the commit's flowrun.lock does not have (flowrun lock).")
    var locked = false

    @Flag(help: "Fetch no action over the network; use those that were fetched before.")
    var offline = false

    @Option(help: "Jobs at a time (default: the number of cores).")
    var maxParallel: Int?

    @Flag(help: "Do not start the workflow_run workflows that this run would start.")
    var noCascade = false

    @Flag(name: [.customShort("n"), .long], help: "Print the plan and stop.")
    var dryRun = false

    @Flag(help: "Hand the run to the daemon's queue, print its id and return.")
    var detach = false

    @Flag(help: "Show debug lines and set runner.debug.")
    var debug = false

    @Flag(help: "At the first failing step, open a shell with that step's environment and folder.")
    var shellOnFailure = false

    @Option(help: "pretty (on a terminal), plain, or json: one object per line.")
    var format: RenderFormat?

    func validate() throws {
        if let maxParallel, maxParallel < 1 { throw ValidationError("--max-parallel must be at least 1") }
        if worktree, ref != nil { throw ValidationError("--worktree and --ref exclude each other") }
        if detach {
            let others = [
                (worktree, "--worktree"), (shellOnFailure, "--shell-on-failure"), (dryRun, "--dry-run"),
                (maxParallel != nil, "--max-parallel"),
            ]
            for case (true, let other) in others {
                throw ValidationError("--detach and \(other) exclude each other")
            }
        }
        if shellOnFailure, isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1 {
            throw ValidationError("--shell-on-failure needs a terminal")
        }
    }

    var settings: RunSettings {
        RunSettings(
            workflows: workflows,
            jobs: jobs,
            matrix: matrix,
            ref: ref,
            worktree: worktree,
            secrets: secrets,
            secretFile: secretFile,
            secretSet: secretSet,
            variables: variables,
            varFile: varFile,
            environment: environment,
            envFile: envFile,
            labels: labels,
            actionsSource: actions.actionsSource,
            builtInActions: actions.builtInActions,
            locked: locked,
            offline: offline,
            maxParallel: maxParallel,
            noCascade: noCascade,
            dryRun: dryRun,
            detach: detach,
            debug: debug,
            shellOnFailure: shellOnFailure,
            format: format
        )
    }
}

/// A name and its value, as options take them: `NAME=VALUE`.
struct Pair {
    var name: String
    var value: String

    init(_ text: String, option: String) throws {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("\(option) takes NAME=VALUE, not `\(text)`")
        }
        name = String(text[..<sign])
        value = String(text[text.index(after: sign)...])
    }
}

/// Files of `NAME=VALUE` lines: comments, `export`, and quotes as dotenv has them.
enum Dotenv {
    static func read(_ path: String) throws -> [Pair] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandEnd(.nothingStarted, "error: `\(path)` cannot be read")
        }
        var pairs: [Pair] = []
        var lines = String(decoding: data, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )[...]
        var number = 0
        while let line = lines.popFirst() {
            number += 1
            var text = line.trimmingCharacters(in: .whitespaces)
            if text.isEmpty || text.hasPrefix("#") { continue }
            if text.hasPrefix("export ") { text = String(text.dropFirst(7)) }
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                throw CommandEnd(.nothingStarted, "\(path):\(number):1: error: a line is NAME=VALUE [dotenv]")
            }
            let name = text[..<sign].trimmingCharacters(in: .whitespaces)
            var value = text[text.index(after: sign)...].trimmingCharacters(in: .whitespaces)
            if let quote = value.first, quote == "\"" || quote == "'" {
                let start = number
                // A quoted value may go over several lines.
                while !value.dropFirst().contains(quote), let next = lines.popFirst() {
                    number += 1
                    value += "\n" + next
                }
                guard let end = value.dropFirst().lastIndex(of: quote) else {
                    throw CommandEnd(
                        .nothingStarted,
                        "\(path):\(start):1: error: the quote of `\(name)` is not closed [dotenv]"
                    )
                }
                value = String(value[value.index(after: value.startIndex)..<end])
                if quote == "\"" { value = value.replacing("\\n", with: "\n").replacing("\\\"", with: "\"") }
            }
            pairs.append(try Pair("\(name)=\(value)", option: path))
        }
        return pairs
    }
}
