import YAML

/// Something that can be said of a file beside its faults: what is right, but hardly meant or hardly safe.
struct Rule: Sendable {
    /// Whether it would take what could not be read for what is not there.
    let needsWholeFile: Bool
    let check: @Sendable (Inspection) -> [Diagnostic]

    init(needsWholeFile: Bool = false, _ check: @escaping @Sendable (Inspection) -> [Diagnostic]) {
        self.needsWholeFile = needsWholeFile
        self.check = check
    }

    static let all: [Rule] = [
        .types, .conditions, .knownInputs, .templateInjection, .dangerousTriggers, .untrustedOnHost,
        .unpinnedUses,
        .unpinnedImages, .environmentFiles, .insecureCommands, .excessivePermissions, .artipacked,
        .cachePoisoning,
        .secrets, .containerCredentials, .schedules, .concurrencyLimits, .timeouts, .botConditions,
        .pushOrder,
        .foreignData, .reports, .credentialFiles, .adhocPackages,
    ]
}
