/// A pattern of `branches`, `tags` or `paths`, as GitHub reads them: case-sensitive, and about the whole name.
///
/// | in the pattern | matches |
/// |---|---|
/// | `*` | any characters but `/` |
/// | `**` | any characters; `**/` at the start of a segment matches no segment, too |
/// | `?` | nothing or one of the character before it |
/// | `+` | one or more of the character before it |
/// | `[abc0-9]` | one of these characters |
/// | `\` | takes the meaning from the special character after it |
///
/// A leading `!` is no part of it: `PatternFilter` reads that. Matching takes time that grows with the length of the
/// pattern times that of the name, whatever they are: all ways to match are followed at once, none is tried again.
package struct GlobPattern: Sendable {
    package let text: String
    private let program: [Instruction]

    package init(_ text: String) {
        self.text = text
        var compiler = Compiler(text)
        program = compiler.compile()
    }

    package func matches(_ name: String) -> Bool {
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        add(0, to: &current)
        for character in name.unicodeScalars {
            if current.isEmpty { return false }
            for index in current.members {
                guard case .consume(let set) = program[index], set.contains(character) else { continue }
                add(index + 1, to: &next)
            }
            swap(&current, &next)
            next.removeAll()
        }
        return current.members.contains(program.count - 1)
    }

    /// Adds a place in the program and all that can be reached from it without reading a character.
    private func add(_ start: Int, to threads: inout Threads) {
        var pending = [start]
        while let index = pending.popLast() {
            guard threads.insert(index) else { continue }
            switch program[index] {
            case .consume, .accept: break
            case .either(let first, let second): pending += [first, second]
            }
        }
    }
}

extension GlobPattern {
    fileprivate enum Instruction {
        case consume(CharacterSet)
        case either(Int, Int)
        case accept
    }

    fileprivate enum CharacterSet {
        case one(Unicode.Scalar)
        case anyButSlash
        case any
        case ranges([ClosedRange<Unicode.Scalar>])

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .one(let own): own == scalar
            case .anyButSlash: scalar != "/"
            case .any: true
            case .ranges(let ranges): ranges.contains { $0.contains(scalar) }
            }
        }
    }

    /// Places in the program that are being followed, each once.
    fileprivate struct Threads {
        private(set) var members: [Int] = []
        private var isMember: [Bool]

        init(count: Int) { isMember = Array(repeating: false, count: count) }

        var isEmpty: Bool { members.isEmpty }

        mutating func insert(_ index: Int) -> Bool {
            guard !isMember[index] else { return false }
            isMember[index] = true
            members.append(index)
            return true
        }

        mutating func removeAll() {
            for index in members { isMember[index] = false }
            members.removeAll(keepingCapacity: true)
        }
    }

    fileprivate struct Compiler {
        private var rest: ArraySlice<Unicode.Scalar>
        private var program: [Instruction] = []
        private var isAtStartOfSegment = true

        init(_ text: String) { rest = Array(text.unicodeScalars)[...] }

        mutating func compile() -> [Instruction] {
            while let scalar = rest.popFirst() {
                switch scalar {
                case "*": emitStars()
                case "[": emitSet()
                case "\\":
                    if let escaped = rest.first, "*?+[]!\\".unicodeScalars.contains(escaped) {
                        rest.removeFirst()
                        emit(.one(escaped))
                    } else {
                        emit(.one(scalar))
                    }
                default: emit(.one(scalar))
                }
            }
            program.append(.accept)
            return program
        }

        private mutating func emitStars() {
            var isDouble = false
            while rest.first == "*" {
                rest.removeFirst()
                isDouble = true
            }
            if isDouble, isAtStartOfSegment, rest.first == "/" {
                // `**/`: nothing, or anything that ends with a slash.
                rest.removeFirst()
                let start = program.count
                program.append(.either(start + 1, start + 5))
                emitRepeated(.any)
                program.append(.consume(.one("/")))
                isAtStartOfSegment = true
                return
            }
            emitRepeated(isDouble ? .any : .anyButSlash)
            // `*` can match nothing and anything already: a quantifier adds nothing to it.
            while rest.first == "?" || rest.first == "+" { rest.removeFirst() }
            isAtStartOfSegment = false
        }

        /// Nothing or more of a set; takes two instructions.
        private mutating func emitRepeated(_ set: CharacterSet) {
            let start = program.count
            program.append(.either(start + 1, start + 3))
            program.append(.consume(set))
            program.append(.either(start, start))
        }

        private mutating func emitSet() {
            guard let end = rest.dropFirst().firstIndex(of: "]") else { return emit(.one("[")) }
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            var members = rest[..<end]
            rest = rest[(end + 1)...]
            while let low = members.popFirst() {
                if members.first == "-", let high = members.dropFirst().first, low <= high {
                    members.removeFirst(2)
                    ranges.append(low...high)
                } else {
                    ranges.append(low...low)
                }
            }
            emit(.ranges(ranges))
        }

        /// One character, and the quantifiers that follow it.
        private mutating func emit(_ set: CharacterSet) {
            var isOptional = false
            var isRepeated = false
            while let quantifier = rest.first, quantifier == "?" || quantifier == "+" {
                rest.removeFirst()
                if quantifier == "?" { isOptional = true } else { isRepeated = true }
            }
            let start = program.count
            switch (isOptional, isRepeated) {
            case (false, false):
                program.append(.consume(set))
            case (true, false):
                program.append(.either(start + 1, start + 2))
                program.append(.consume(set))
            case (false, true):
                program.append(.consume(set))
                program.append(.either(start, start + 2))
            case (true, true):
                emitRepeated(set)
            }
            isAtStartOfSegment = false
            if case .one("/") = set, !isOptional { isAtStartOfSegment = true }
        }
    }
}
