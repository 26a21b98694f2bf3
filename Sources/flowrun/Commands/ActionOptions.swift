import ArgumentParser

/// Where actions come from, for the commands that fetch some.
struct ActionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where actions are fetched, tried in order, with {owner} and {repo}.",
            valueName: "template"
        )
    )
    var actionsSource: [String] = []

    @Option(help: "Whether flowrun serves the well-known actions itself: auto or off.")
    var builtInActions: BuiltInChoice?
}
