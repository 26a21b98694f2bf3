import Expressions

/// The machine as the `runner` context and the `RUNNER_` variables tell it.
struct RunnerContext: Sendable {
    var name: String
    var temp: String
    var toolCache: String
    var workspace: String
    var isDebugging: Bool

    static var os: String {
        #if os(Linux)
        "Linux"
        #elseif os(macOS)
        "macOS"
        #else
        "Windows"
        #endif
    }

    static var architecture: String {
        #if arch(x86_64)
        "X64"
        #elseif arch(arm64)
        "ARM64"
        #elseif arch(i386)
        "X86"
        #else
        "ARM"
        #endif
    }

    private var facts: [(name: String, value: String)] {
        let always: [(name: String, value: String)] = [
            ("os", Self.os), ("arch", Self.architecture), ("name", name), ("environment", "self-hosted"),
            ("temp", temp), ("tool_cache", toolCache), ("workspace", workspace),
        ]
        return isDebugging ? always + [("debug", "1")] : always
    }

    var value: Value {
        .object(ObjectValue(facts.map { (key: $0.name, value: .string($0.value)) }))
    }

    var variables: [(name: String, value: String)] {
        facts.map { ("RUNNER_" + $0.name.uppercased(), $0.value) }
    }
}
