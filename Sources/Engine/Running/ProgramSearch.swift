import Foundation

/// Finds programs on the PATH that a step has.
enum ProgramSearch {
    static func find(_ name: String, in environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first {
            access($0, X_OK) == 0
        }
    }
}
