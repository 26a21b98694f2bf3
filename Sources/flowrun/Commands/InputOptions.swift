import ArgumentParser

/// The inputs of a dispatch.
struct InputOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("field")],
        help: ArgumentHelp("An input of the workflow.", valueName: "key=value"),
        completion: .fields
    )
    var fields: [String] = []

    /// The last of several values of one input counts.
    func read() throws -> [String: String] {
        var given: [String: String] = [:]
        for text in fields {
            let pair = try Pair(text, option: "-f")
            given[pair.name] = pair.value
        }
        return given
    }
}
