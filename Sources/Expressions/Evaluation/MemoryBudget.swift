/// An estimate of the memory that one evaluation holds, so that an expression cannot blow up what it reads: that of
/// GitHub's runner, which counts two bytes a character and a little for each value.
struct MemoryBudget {
    let limit: Int
    private(set) var used = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func charge(_ bytes: Int) throws(ExpressionError) {
        used += bytes
        if used > limit { throw .outOfMemory(limit: limit) }
    }

    /// Forgets what was charged since `mark`: it went into a text or number that stands for itself.
    mutating func release(to mark: Int) {
        used = mark
    }

    static func size(of text: some StringProtocol) -> Int { textSize + 2 * text.utf16.count }

    /// What a text takes beside its characters.
    static let textSize = 26
    static let objectSize = 24
    static let referenceSize = 8
}

/// A text that grows up to a limit of memory, each part counted as a text of its own.
struct BoundedText {
    private(set) var text = ""
    private var used = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ part: some StringProtocol) throws(ExpressionError) {
        guard !part.isEmpty else { return }
        used += MemoryBudget.size(of: part)
        if used > limit { throw .outOfMemory(limit: limit) }
        text += part
    }
}

extension ExpressionError {
    static func outOfMemory(limit: Int) -> Self {
        let size = limit.isMultiple(of: 1 << 20) ? "\(limit >> 20) MiB" : "\(limit) bytes"
        return Self(stage: .evaluation, message: "the maximum allowed memory size of \(size) was exceeded")
    }
}
