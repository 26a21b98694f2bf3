import Synchronization

/// The secrets of a job, hidden in whatever leaves it.
///
/// Shared by all its steps: a mask that one adds holds for the others at once.
package final class Masker: Sendable {
    /// Why a value is not masked.
    package enum Refusal: Sendable, Equatable, CustomStringConvertible {
        case empty
        case short(length: Int)
        /// The masks of the job are too many or too large already.
        case full

        package var description: String {
            switch self {
            case .empty: "Can't add secret mask for empty string in ##[add-mask] command."
            case .short(let length):
                "A value of \(length) character\(length == 1 ? "" : "s") is too short to be masked; "
                    + "at least \(MaskForms.shortest) are needed."
            case .full: "The masks of this job are too many or too large; this value is not masked."
            }
        }
    }

    /// The patterns at one time, ready to be looked for.
    final class Patterns: Sendable {
        let version: Int
        let literal: ByteMatcher
        let folded: ByteMatcher
        /// Whether a pattern may begin with a byte, or a terminal sequence does.
        private let isInteresting: [Bool]

        init(_ forms: MaskForms, version: Int) {
            self.version = version
            literal = ByteMatcher(forms.literal)
            folded = ByteMatcher(forms.folded)
            var isInteresting = [Bool](repeating: false, count: 256)
            for byte in UInt8.min...UInt8.max {
                isInteresting[Int(byte)] =
                    literal.begins(with: byte) || folded.begins(with: byte) || byte == 0x1B
            }
            self.isInteresting = isInteresting
        }

        var isEmpty: Bool { literal.isEmpty && folded.isEmpty }

        /// Where, from an index on, the first byte stands with which a pattern or a terminal sequence may begin, as far as
        /// the byte after it tells; the count of the bytes where there is none.
        func firstBeginning(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
            isInteresting.withUnsafeBufferPointer { isInteresting in
                var index = start
                while index < bytes.count {
                    if isInteresting[Int(bytes[index])],
                        index + 1 == bytes.count || mayBegin(bytes[index], bytes[index + 1])
                    {
                        break
                    }
                    index += 1
                }
                return index
            }
        }

        private func mayBegin(_ first: UInt8, _ second: UInt8) -> Bool {
            switch second {
            // What a reading passes over may stand inside a pattern.
            case 0x1B, UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
            default:
                first == 0x1B || literal.begins(with: first, second) || folded.begins(with: first, second)
            }
        }
    }

    private struct State {
        var secrets: Set<String> = []
        var forms = MaskForms()
        var version = 0
        var compiled: Patterns
    }

    private let state = Mutex(State(compiled: Patterns(MaskForms(), version: 0)))

    package init(_ secrets: some Sequence<String> = []) {
        for secret in secrets { add(secret) }
    }

    /// Hides `secret` from now on.
    ///
    /// Gives the reason where it does not.
    @discardableResult
    package func add(_ secret: String) -> Refusal? {
        guard !secret.allSatisfy(\.isWhitespace) else { return .empty }
        guard secret.utf8.count >= MaskForms.shortest else { return .short(length: secret.count) }
        return state.withLock { state in
            guard !state.secrets.contains(secret) else { return nil }
            guard state.forms.add(secret) else { return .full }
            state.secrets.insert(secret)
            state.version += 1
            return nil
        }
    }

    /// All that is hidden.
    var secrets: [String] { state.withLock { $0.secrets.sorted() } }

    /// The text with `***` in the place of each secret.
    package func maskedText(_ text: String) -> String {
        let patterns = patterns
        guard !patterns.isEmpty else { return text }
        return String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// The bytes with `***` in the place of each secret.
    package func masked(_ bytes: [UInt8]) -> [UInt8] {
        guard !patterns.isEmpty else { return bytes }
        var stream = MaskStream(self)
        var result: [UInt8] = []
        bytes.withUnsafeBytes { stream.write($0, into: &result) }
        stream.finish(into: &result)
        return result
    }

    /// Whether a secret is in the text, in any form: such a text is no job's output.
    package func containsSecret(_ text: String) -> Bool {
        guard !patterns.isEmpty else { return false }
        var stream = MaskStream(self)
        var masked: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { stream.write($0, into: &masked) }
        stream.finish(into: &masked)
        return stream.hasMasked
    }

    /// What is to be looked for now; made anew where a secret has been added since.
    var patterns: Patterns {
        state.withLock { state in
            if state.compiled.version != state.version {
                state.compiled = Patterns(state.forms, version: state.version)
            }
            return state.compiled
        }
    }
}
