import ArgumentParser
import Expressions
import Foundation

/// The event's JSON, as the commands that make an event take it.
struct PayloadOption: ParsableArguments {
    @Option(
        name: .customLong("payload"),
        help: ArgumentHelp(
            "The event's JSON, merged over the one built from the repository; - reads standard input.",
            valueName: "file"
        ),
        completion: .file(extensions: ["json"])
    )
    var file: String?

    func read() throws -> Value? {
        guard let file else { return nil }
        let data: Data?
        if file == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            data = FileManager.default.contents(atPath: file)
        }
        guard let data else {
            throw CommandEnd(.nothingStarted, "error: payload `\(file)` cannot be read")
        }
        do {
            let value = try Value(json: String(decoding: data, as: UTF8.self))
            guard case .object = value else {
                throw CommandEnd(.nothingStarted, "error: payload `\(file)` is not a JSON object")
            }
            return value
        } catch let error as JSONError {
            throw CommandEnd(.nothingStarted, "error: payload `\(file)` is not JSON: \(error)")
        }
    }
}
