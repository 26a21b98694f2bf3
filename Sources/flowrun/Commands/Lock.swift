import ArgumentParser
import Engine
import Foundation

struct Lock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Write down what the workflows' actions stand for: flowrun.lock.",
        discussion: """
            Reads the workflows as they lie in the working tree, fetches every action and workflow of another repository that
            they use, also inside of composite actions and of what they call, and writes each with its commit and a digest of
            its files to flowrun.lock at the repository's root. Once that is committed, runs use these commits, whatever a tag
            leads to by then, and refuse files that differ. With --locked they refuse what is not in it; with --offline they
            fetch nothing. Actions that flowrun serves itself are left out, unless --built-in-actions off.

            EXAMPLES
              flowrun lock
              flowrun lock --check
              flowrun trigger push --locked --offline
            """
    )

    @Option(
        name: [.customShort("W"), .long],
        help: "A workflow file or a folder of them, instead of the repository's."
    )
    var workflows: String?

    @OptionGroup var actions: ActionOptions

    @Flag(help: "Write nothing; fail where flowrun.lock is not what would be written.")
    var check = false

    func run() throws {
        let surroundings = Surroundings()
        guard let root = try surroundings.repository().workTree else {
            throw CommandEnd(.nothingStarted, "error: a bare repository has no workflows to be locked")
        }
        let configuration = try Configuration.load(repository: root, environment: surroundings.environment)
        let files = try files(in: root, configuration)
        let broken = files.filter { !$0.errors.isEmpty }
        guard broken.isEmpty else { throw SessionError.invalid(broken) }
        let locking = ActionLocking(
            of: root,
            home: surroundings.home,
            actionSources: configuration.actionSources(given: actions.actionsSource),
            usesBuiltInActions: configuration.usesBuiltInActions(given: actions.builtInActions)
        )
        let lock = try locking.lock(files.compactMap(\.workflow))
        let path = "\(root)/\(ActionLock.fileName)"
        let former = try PlainFile.text(of: path).map { text in try ActionLock(text) }
        for line in Self.changes(from: former?.entries ?? [], to: lock.entries) { Console.print(line) }
        if check {
            guard former == lock else {
                throw CommandEnd(
                    .runFailed,
                    "\(ActionLock.fileName) is not up to date: `flowrun lock` writes it"
                )
            }
            return
        }
        try lock.text.write(toFile: path, atomically: true, encoding: .utf8)
        Console.complain("\(ActionLock.fileName) has \(Words.count(lock.entries.count, "action"))")
    }

    private func files(in root: String, _ configuration: Configuration) throws -> [WorkflowFile] {
        if let path = workflows ?? configuration.workflows {
            return try WorkflowFiles.under(path, shownAs: path)
        }
        guard let folder = WorkflowFiles.folder(under: root) else { return [] }
        return try WorkflowFiles.under("\(root)/\(folder)", shownAs: folder)
    }

    private static func changes(from old: [ActionLock.Entry], to new: [ActionLock.Entry]) -> [String] {
        let gone = old.filter { entry in !new.contains { $0.action == entry.action } }
        let others = new.compactMap { entry -> String? in
            guard let former = old.first(where: { $0.action == entry.action }) else {
                return "+ \(entry.action) \(entry.commit.hex)"
            }
            if former == entry { return nil }
            return "~ \(entry.action) \(former.commit.hex) -> \(entry.commit.hex)"
        }
        return gone.map { "- \($0.action) \($0.commit.hex)" } + others
    }
}
