import ArgumentParser
import Engine
import Foundation
import Store

/// Which drawer a secret or variable lies in.
struct SettingScopeOptions: ParsableArguments {
    @Option(
        name: .customLong("env"),
        help: ArgumentHelp("Of this deployment environment.", valueName: "environment")
    )
    var environment: String?

    @Flag(help: "For every repository of this machine.")
    var global = false

    @Option(name: .customLong("set"), help: "The set it belongs to (runs use one with --secrets).")
    var set = "default"

    func validate() throws {
        if global, environment != nil { throw ValidationError("--global and --env exclude each other") }
    }

    func scope(_ surroundings: Surroundings) throws -> SettingScope {
        if global { return .global }
        guard let repository = try surroundings.repositoryPath() else {
            throw CommandEnd(
                .nothingStarted,
                "error: this is no git repository; --global keeps it for every repository"
            )
        }
        return environment.map { .environment(repository: repository, name: $0) } ?? .repository(repository)
    }
}

struct Secret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Keep secrets for runs: encrypted, never printed.",
        discussion: """
            EXAMPLES
              flowrun secret set REGION --from-file region.txt
              base64 -w0 key.json | flowrun secret set SERVICE_ACCOUNT_KEY
              flowrun secret list
            """,
        subcommands: [SecretSet.self, SecretList.self, SecretDelete.self]
    )
}

struct SecretSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store a secret, read from a prompt, standard input or a file.",
        discussion: """
            EXAMPLES
              flowrun secret set TOKEN               asks for the value
              flowrun secret set KEY --from-file key.json
              pass show token | flowrun secret set TOKEN --global
              flowrun secret set TOKEN --command 'pass show token'    asked for by each run, not stored
            """
    )

    @Argument(help: "Its name.", completion: .secrets) var name: String
    @Option(help: ArgumentHelp("Read the value from this file.", valueName: "file"), completion: .file())
    var fromFile: String?
    @Option(
        help: ArgumentHelp(
            "Take what this prints, each time that a run needs it.",
            valueName: "shell command"
        )
    )
    var command: String?
    @OptionGroup var scope: SettingScopeOptions

    func validate() throws {
        if fromFile != nil, command != nil {
            throw ValidationError("--from-file and --command exclude each other")
        }
    }

    func run() throws {
        let surroundings = Surroundings()
        let place = try scope.scope(surroundings)
        let value = try command.map { SecretCommand($0).stored } ?? value()
        try surroundings.openStore().setSecret(name, value, scope: place, set: scope.set)
        Console.complain("secret \(name.uppercased()) is stored")
    }

    private func value() throws -> String {
        if let fromFile {
            guard let data = FileManager.default.contents(atPath: fromFile) else {
                throw CommandEnd(.nothingStarted, "error: `\(fromFile)` cannot be read")
            }
            return String(decoding: data, as: UTF8.self)
        }
        if Console.inputIsTerminal {
            guard let value = Console.readHidden(prompt: "Value of \(name): "), !value.isEmpty else {
                throw CommandEnd(.nothingStarted, "error: no value was given")
            }
            return value
        }
        var text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

struct SecretList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The names of the stored secrets.",
        discussion: """
            EXAMPLES
              flowrun secret list
              flowrun secret list --env production --json
            """
    )

    @OptionGroup var scope: SettingScopeOptions
    @Flag(help: "An array of JSON objects.") var json = false

    func run() throws {
        let surroundings = Surroundings()
        let names = try surroundings.openStore().secretNames(
            scope: try scope.scope(surroundings),
            set: scope.set
        )
        if json { return try RunJSON.print(names) }
        guard !names.isEmpty else { return Console.complain("no secrets in set \(scope.set)") }
        Console.print(
            Table.text(
                ["NAME", "UPDATED"],
                names.map { [$0.name, Words.age($0.updatedAt)] },
                width: Console.width
            )
        )
    }
}

struct SecretDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a secret.",
        discussion: """
            EXAMPLES
              flowrun secret delete TOKEN
              flowrun secret delete TOKEN --set local
            """
    )

    @Argument(help: "Its name.", completion: .storedSecrets) var name: String
    @OptionGroup var scope: SettingScopeOptions

    func run() throws {
        let surroundings = Surroundings()
        let place = try scope.scope(surroundings)
        guard try surroundings.openStore().deleteSecret(name, scope: place, set: scope.set) else {
            throw CommandEnd(
                .nothingStarted,
                "error: there is no secret \(name.uppercased()) in set \(scope.set)"
            )
        }
        Console.complain("secret \(name.uppercased()) is removed")
    }
}
