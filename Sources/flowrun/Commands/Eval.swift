import ArgumentParser
import Expressions
import Foundation

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate one expression and print its value as JSON.",
        discussion: """
            EXAMPLES
              flowrun eval "format('{0}-{1}', 'a', 1)"
              flowrun eval --context contexts.json "github.ref == 'refs/heads/main'"
              flowrun eval --status failure "failure() && 'broken'"
            """
    )

    @Argument(help: "The expression, without ${{ }}.")
    var expression: String

    @Option(
        help: ArgumentHelp("The contexts, as one JSON object; no other names exist then.", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var context: String?

    @Option(help: "The job status that success(), failure() and cancelled() see.")
    var status: Status = .success

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("Evaluate so often, and say how long one takes.", visibility: .hidden)
    )
    var times: Int?

    enum Status: String, ExpressibleByArgument, CaseIterable { case success, failure, cancelled }

    func run() throws {
        let contexts = try readContexts()
        let availability = Availability(contexts: Set(contexts.keys), functions: Availability.knownFunctions)
        let status = status
        let scope = Scope(
            contexts: contexts,
            functions: [
                "always": { _ in .boolean(true) },
                "success": { _ in .boolean(status == .success) },
                "failure": { _ in .boolean(status == .failure) },
                "cancelled": { _ in .boolean(status == .cancelled) },
                "hashfiles": { patterns throws(ExpressionError) in try HashFilesHere.evaluate(patterns) },
            ]
        )
        do {
            let read = try Expression(expression, allowing: availability)
            Console.print(try read.evaluate(in: scope).json())
            if let times, times > 0 {
                let start = ContinuousClock.now
                for _ in 0..<times { _ = try read.evaluate(in: scope) }
                let each = (ContinuousClock.now - start) / times
                Console.complain("\(each.components.attoseconds / 1_000_000_000) ns")
            }
        } catch {
            var message = "error: \(error.message)"
            if let range = error.range {
                let start = expression.utf8.index(
                    expression.startIndex,
                    offsetBy: min(range.lowerBound, expression.utf8.count)
                )
                let column = expression.distance(from: expression.startIndex, to: start)
                message +=
                    "\n  \(expression)\n  \(String(repeating: " ", count: column))\(String(repeating: "^", count: max(1, range.count)))"
            }
            throw CommandEnd(.nothingStarted, message)
        }
    }

    private func readContexts() throws -> [String: Value] {
        guard let context else { return [:] }
        guard let data = FileManager.default.contents(atPath: context) else {
            throw CommandEnd(.nothingStarted, "error: `\(context)` cannot be read")
        }
        let value: Value
        do {
            value = try Value(json: String(decoding: data, as: UTF8.self))
        } catch {
            throw CommandEnd(.nothingStarted, "error: `\(context)` is not JSON: \(error)")
        }
        guard case .object(let object) = value else {
            throw CommandEnd(.nothingStarted, "error: `\(context)` must hold one JSON object of contexts")
        }
        return Dictionary(object.pairs.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
    }
}
