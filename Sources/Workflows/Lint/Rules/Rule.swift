import YAML

/// Something that can be said of a file without faults: what is right, but hardly meant or hardly safe.
struct Rule: Sendable {
    let check: @Sendable (Inspection) -> [Diagnostic]

    init(_ check: @escaping @Sendable (Inspection) -> [Diagnostic]) { self.check = check }

    static let all: [Rule] = [.types]
}
