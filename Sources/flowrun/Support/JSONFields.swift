import ArgumentParser
import Foundation
import Store

/// What `--json` is to print: all fields where it stands alone, else those that are named, as with `gh`.
struct JSONFields: ExpressibleByArgument, CustomStringConvertible {
    static let all = JSONFields(names: [])

    private(set) var names: [String]

    private init(names: [String]) { self.names = names }

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.contains("") else { return nil }
    }

    /// As the help names what `--json` means where it stands alone.
    var description: String { names.isEmpty ? "all" : names.joined(separator: ",") }

    /// The run's id that stands behind a `--json` for all fields.
    var runID: Int64? { names.count == 1 ? Int64(names[0]) : nil }

    /// Refuses what is no field of a run.
    func validate() throws {
        let known = RunRecord.CodingKeys.allCases.map(\.rawValue).sorted()
        for name in names where !known.contains(name) && runID == nil {
            throw ValidationError(
                "--json: a run has no field `\(name)`; it has \(known.joined(separator: ", "))"
            )
        }
    }

    /// The object, or each of an array, with the wanted fields alone; what a run does not have is null.
    func picked(from json: String) throws -> String {
        guard !names.isEmpty, runID == nil else { return json }
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        func pick(_ object: Any) -> [String: Any] {
            let all = object as? [String: Any] ?? [:]
            return Dictionary(
                names.map { ($0, all[$0] ?? NSNull()) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let picked: Any = (value as? [Any]).map { $0.map(pick) } ?? pick(value)
        let data = try JSONSerialization.data(
            withJSONObject: picked,
            options: [.sortedKeys, .withoutEscapingSlashes]
        )
        return String(decoding: data, as: UTF8.self)
    }
}
