import Foundation

/// What this runner calls itself.
enum RunnerFacts {
    /// `runner.name`: the name of the machine.
    static let name: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "flowrun" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()
}

/// The version of flowrun.
package enum FlowrunVersion {
    package static let text = "0.1.0"
}
