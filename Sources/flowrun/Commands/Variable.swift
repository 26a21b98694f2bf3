import ArgumentParser
import Foundation
import Store

struct Variable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "variable",
        abstract: "Keep variables for the vars context.",
        discussion: """
            EXAMPLES
              flowrun variable set REGION us-central1
              flowrun variable list --json
            """,
        subcommands: [VariableSet.self, VariableGet.self, VariableList.self, VariableDelete.self]
    )
}

struct VariableSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store a variable.",
        discussion: """
            EXAMPLES
              flowrun variable set REGION us-central1
              flowrun variable set NOTES --env production < notes.txt
              flowrun variable set REGION --body us-central1
            """
    )

    @Argument(help: "Its name.", completion: .variables) var name: String
    @Argument(help: "Its value; standard input where it is absent.") var value: String?
    @Option(name: .shortAndLong, help: "Its value, too.") var body: String?
    @OptionGroup var scope: SettingScopeOptions

    func validate() throws {
        if value != nil, body != nil { throw ValidationError("a value and --body exclude each other") }
    }

    func run() throws {
        let surroundings = Surroundings()
        let value = value ?? body
        var text = value ?? String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        if value == nil, text.hasSuffix("\n") { text.removeLast() }
        try surroundings.openStore().setVariable(
            name,
            text,
            scope: try scope.scope(surroundings),
            set: scope.set
        )
    }
}

struct VariableGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print a variable.",
        discussion: """
            EXAMPLES
              flowrun variable get REGION
              flowrun variable get REGION --env production
            """
    )

    @Argument(help: "Its name.", completion: .storedVariables) var name: String
    @OptionGroup var scope: SettingScopeOptions

    func run() throws {
        let surroundings = Surroundings()
        let variables = try surroundings.openStore().variables(
            scope: try scope.scope(surroundings),
            set: scope.set
        )
        guard let found = variables.first(where: { $0.name == name.uppercased() }) else {
            throw CommandEnd(
                .nothingStarted,
                "error: there is no variable \(name.uppercased()) in set \(scope.set)"
            )
        }
        Console.print(found.value)
    }
}

struct VariableList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The stored variables.",
        discussion: """
            EXAMPLES
              flowrun variable list
              flowrun variable list --global --json
            """
    )

    @OptionGroup var scope: SettingScopeOptions
    @Flag(help: "An array of JSON objects.") var json = false

    func run() throws {
        let surroundings = Surroundings()
        let variables = try surroundings.openStore().variables(
            scope: try scope.scope(surroundings),
            set: scope.set
        )
        if json { return try RunJSON.print(variables) }
        guard !variables.isEmpty else { return Console.complain("no variables in set \(scope.set)") }
        Console.print(
            Table.text(
                ["NAME", "VALUE", "UPDATED"],
                variables.map { [$0.name, $0.value, Words.age($0.updatedAt)] },
                width: Console.width
            )
        )
    }
}

struct VariableDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a variable.",
        discussion: """
            EXAMPLES
              flowrun variable delete REGION
            """
    )

    @Argument(help: "Its name.", completion: .storedVariables) var name: String
    @OptionGroup var scope: SettingScopeOptions

    func run() throws {
        let surroundings = Surroundings()
        guard
            try surroundings.openStore().deleteVariable(
                name,
                scope: try scope.scope(surroundings),
                set: scope.set
            )
        else {
            throw CommandEnd(
                .nothingStarted,
                "error: there is no variable \(name.uppercased()) in set \(scope.set)"
            )
        }
    }
}
