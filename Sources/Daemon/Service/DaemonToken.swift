import Engine
import Foundation
package import Store

/// What opens the daemon's API: whoever can read the user's files has it.
package enum DaemonToken {
    private static let size = 32

    /// The token of a state folder, which is made where there is none yet.
    package static func of(_ home: FlowrunHome) throws -> String {
        try home.make(home.keys)
        let file = PrivateFile(path: home.keys + "/daemon.token")
        if let known = try file.load(limit: 256) { return text(known) }
        let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max) }
        let token = "flr_" + bytes.hex
        if try file.create(Data(token.utf8)) { return token }
        return text(try file.load(limit: 256) ?? Data())
    }

    private static func text(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
