import ArgumentParser
import Workflows

/// What is offered where a word of a kind is typed.
extension CompletionKind {
    /// Names of workflows.
    static var workflows: CompletionKind { words { WorkflowWords($0).names } }

    /// Ids of jobs: of the workflow that stands before, where the command has one, else of all.
    static var jobs: CompletionKind {
        words { WorkflowWords($0).jobs(of: workflow(in: $0)) }
    }

    /// Ids of the jobs of all workflows.
    static var anyJobs: CompletionKind { words { WorkflowWords($0).jobs(of: nil) } }

    /// Inputs of the workflow that stands before, with `=`.
    static var fields: CompletionKind {
        words { WorkflowWords($0).fields(of: workflow(in: $0), typed: $0.typed) }
    }

    static var runs: CompletionKind { words { _ in StoredWords.runs() } }

    /// Names of secrets that are stored.
    static var storedSecrets: CompletionKind { words(StoredWords.secrets) }

    /// Names of secrets that are stored or that workflows read.
    static var secrets: CompletionKind {
        words { StoredWords.secrets($0) + WorkflowWords($0).references(to: "secrets") }
    }

    static var storedVariables: CompletionKind { words(StoredWords.variables) }

    static var variables: CompletionKind {
        words { StoredWords.variables($0) + WorkflowWords($0).references(to: "vars") }
    }

    /// Names of variables, and the `=` that comes then.
    static var assignedVariables: CompletionKind {
        words { line in WorkflowWords(line).references(to: "vars").map { "\($0)=" } }
    }

    static var events: CompletionKind { .list(EventNames.all) }

    /// Codes of rules, after those that stand there with commas between them.
    static var rules: CompletionKind {
        words { line in
            let before = line.typed.lastIndex(of: ",").map { line.typed[...$0] } ?? ""
            return (RuleCatalog.meaning + RuleCatalog.safety).map { "\(before)\($0.code)" }
        }
    }

    static var yaml: CompletionKind { .file(extensions: ["yml", "yaml"]) }

    private static func words(_ words: @escaping @Sendable (UnfinishedLine) -> [String]) -> CompletionKind {
        .custom { line, index, _ in
            var known: Set<String> = []
            return words(UnfinishedLine(line, index)).filter { isPlain($0) && known.insert($0).inserted }
        }
    }

    /// Whether a word can be handed to a shell: some take what is offered for text to be expanded, so that a file's
    /// name could run a command.
    private static func isPlain(_ word: String) -> Bool {
        !word.isEmpty
            && word.unicodeScalars.allSatisfy { character in
                character.properties.isAlphabetic || ("0"..."9").contains(character)
                    || " _-.,/@%+=".unicodeScalars.contains(character)
            }
    }

    /// The workflow that a line names; `trigger` and `why` have an event before it, or none at all.
    private static func workflow(in line: UnfinishedLine) -> String? {
        line.arguments(afterCommands: 1).first { !EventNames.all.contains($0) }
    }
}
