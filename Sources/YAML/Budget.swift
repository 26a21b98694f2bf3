/// Counts what a text holds, the repeats of aliases among it, before anything of it is built.
///
/// A file that is over the limits, whatever is in it, so costs one pass over its events and no more memory than its
/// anchors take.
struct Budget {
    /// What there is too much of, and where it begins to be.
    struct Excess {
        var message: String
        var mark: Mark
    }

    /// What a node and all in it come to.
    private struct Size {
        var nodes = 1
        /// Levels of lists and mappings.
        var height = 0
        /// Of the texts of scalars.
        var bytes = 0

        mutating func add(_ inner: Size) {
            nodes += inner.nodes
            bytes += inner.bytes
            height = max(height, inner.height + 1)
        }
    }

    /// Whether a text may hold more nodes or bytes than the limits allow: it is long, or has anchors that aliases repeat.
    ///
    /// Most files are told from these by a look at their bytes; their depth shows when they are built.
    static func isNeeded(for bytes: UnsafeBufferPointer<UInt8>, under limits: Limits) -> Bool {
        guard bytes.count < limits.bytes else { return true }
        // Each node but the root stands behind one of these, and none makes more than three: `?` is a mapping of nothing
        // to nothing.
        if bytes.count * 3 >= limits.nodes {
            var signs = 0
            for byte in bytes { signs += isSign[Int(byte)] ? 1 : 0 }
            guard signs * 3 + 1 < limits.nodes else { return true }
        }
        var rest = bytes[...]
        while let sign = rest.firstIndex(of: UInt8(ascii: "&")) {
            let before = sign > 0 ? bytes[sign - 1] : 0x20
            let next = sign + 1 < bytes.count ? bytes[sign + 1] : 0x20
            // An anchor begins behind a blank or a sign, with a letter of its name: `&&`, `2>&1` and `a=1&b=2` are text.
            if before <= 0x20 || isSign[Int(before)], next > 0x20, next != UInt8(ascii: "&") { return true }
            rest = bytes[(sign + 1)...]
        }
        return false
    }

    /// By byte.
    private static let isSign: [Bool] = (0...255).map { "-?:,[]{}".utf8.contains($0) }

    static func tooDeep(_ limits: Limits, at mark: Mark) -> Excess {
        Excess(message: "values are nested more than \(limits.depth) levels deep", mark: mark)
    }

    private let limits: Limits
    private var open: [(anchor: String?, size: Size)] = []
    private var anchors: [String: Size] = [:]
    private var total = Size(nodes: 0)

    private init(_ limits: Limits) { self.limits = limits }

    /// What the first document is over the limits by; what is wrong with it otherwise ends the count, and is found again
    /// by who builds it.
    static func excess(of bytes: UnsafeBufferPointer<UInt8>, over limits: Limits) -> Excess? {
        var parser = EventParser(bytes)
        var budget = Budget(limits)
        while true {
            let event: EventOutline
            do throws(SyntaxError) {
                event = try parser.skim()
            } catch {
                return nil
            }
            switch event.kind {
            case .other: continue
            case .end: return nil
            case .scalar(let anchor, let bytes):
                let size = Size(bytes: bytes)
                if let excess = budget.spend(size, at: event.mark) { return excess }
                budget.close(size, anchor)
            case .start(let anchor):
                if let excess = budget.descend(1, at: event.mark) { return excess }
                if let excess = budget.spend(Size(), at: event.mark) { return excess }
                // An alias of a node inside that node is a fault, not a repeat of what had the name before.
                if let anchor { budget.anchors[anchor] = nil }
                budget.open.append((anchor, Size()))
            case .stop:
                guard let (anchor, size) = budget.open.popLast() else { return nil }
                budget.close(Size(nodes: size.nodes, height: max(1, size.height), bytes: size.bytes), anchor)
            case .alias(let name):
                guard let size = budget.anchors[name] else { return nil }
                if let excess = budget.descend(size.height, at: event.mark) { return excess }
                if let excess = budget.spend(size, at: event.mark) { return excess }
                budget.close(size, nil)
            }
        }
    }

    private mutating func close(_ size: Size, _ anchor: String?) {
        if let anchor { anchors[anchor] = size }
        if !open.isEmpty { open[open.count - 1].size.add(size) }
    }

    private mutating func spend(_ size: Size, at mark: Mark) -> Excess? {
        total.nodes += size.nodes
        total.bytes += size.bytes
        if total.bytes > limits.bytes {
            let message = "with all that aliases repeat, the file holds more than \(limits.bytes) bytes"
            return Excess(message: message, mark: mark)
        }
        if total.nodes > limits.nodes {
            let message =
                "the file holds more than \(limits.nodes) values, those that aliases repeat among them"
            return Excess(message: message, mark: mark)
        }
        return nil
    }

    private func descend(_ levels: Int, at mark: Mark) -> Excess? {
        guard open.count + levels > limits.depth else { return nil }
        return Self.tooDeep(limits, at: mark)
    }
}
