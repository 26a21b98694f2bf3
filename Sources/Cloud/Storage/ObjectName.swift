import Foundation
import Serving

/// An object's name: any text of 1 to 1024 bytes without line breaks.
///
/// Names are equal where their bytes are; Swift's strings would call two spellings of `é` the same.
struct ObjectName: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) throws(CloudError) {
        guard !text.isEmpty else { throw CloudError(.invalidName, text, detail: "an object needs a name") }
        guard text.utf8.count <= 1024 else {
            throw CloudError(.invalidName, text, detail: "it is longer than 1024 bytes")
        }
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
            throw CloudError(.invalidName, text, detail: "it holds a line break")
        }
        guard text != ".", text != ".." else {
            throw CloudError(.invalidName, text, detail: "the object store knows no such object")
        }
        self.text = text
    }

    static func == (left: ObjectName, right: ObjectName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    static func < (left: ObjectName, right: ObjectName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// How object names become paths below their bucket's folder, and back.
///
/// `model/files/md5/Ab` lies in `model/files/md5/!ab,object`: each part of a name is a folder, the last one a
/// file. Small letters, digits, `-`, `_` and inner dots stand for themselves, a capital is `!` and its small
/// letter (file systems may not tell them apart), every other byte is `%` and two hexadecimal digits. So `.`,
/// `..` and `/` can never act as steps of a path. An empty part is `%`, and a part too long for a file name is
/// cut into pieces that end in `,`. A bare `,` occurs in no encoded part: a folder and an object never collide.
enum ObjectPath {
    static let suffix = ",object"
    private static let longestPiece = 180

    /// The folders below the bucket's, and at the end the file.
    static func components(of name: ObjectName) -> [String] {
        let parts = name.text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var components: [String] = []
        for part in parts {
            var piece: [UInt8] = []
            for unit in units(of: Array(part)) {
                if piece.count + unit.count > longestPiece {
                    components.append(String(decoding: piece, as: UTF8.self) + ",")
                    piece = []
                }
                piece += unit
            }
            components.append(String(decoding: piece, as: UTF8.self))
        }
        components[components.count - 1] += suffix
        return components
    }

    /// What the name has gained once `component` is a folder on its way: nil for what is no such folder.
    static func nameBytes(ofFolder component: String) -> [UInt8]? {
        component.hasSuffix(",")
            ? decoded(component.utf8.dropLast())
            : decoded(component.utf8[...]).map { $0 + [UInt8(ascii: "/")] }
    }

    /// What the name ends in for a file: nil for what is no object.
    static func nameBytes(ofFile component: String) -> [UInt8]? {
        component.hasSuffix(suffix) ? decoded(component.utf8.dropLast(suffix.utf8.count)) : nil
    }

    /// One part of a name, encoded byte by byte.
    private static func units(of part: [UInt8]) -> [[UInt8]] {
        if part.isEmpty { return [[UInt8(ascii: "%")]] }
        let isStep = part == Array(".".utf8) || part == Array("..".utf8)
        let digits = Array("0123456789abcdef".utf8)
        return part.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                [byte]
            case UInt8(ascii: ".") where !isStep:
                [byte]
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                [UInt8(ascii: "!"), byte | 0x20]
            default:
                [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static func decoded(_ component: Substring.UTF8View) -> [UInt8]? {
        var result: [UInt8] = []
        var bytes = component.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next() else { return result.isEmpty ? [] : nil }
                guard let low = bytes.next(), let value = hexadecimal(high, low) else { return nil }
                result.append(value)
            case UInt8(ascii: "!"):
                guard let letter = bytes.next() else { return nil }
                result.append(letter & ~0x20)
            case UInt8(ascii: ","):
                return nil
            default:
                result.append(byte)
            }
        }
        return result
    }
}
