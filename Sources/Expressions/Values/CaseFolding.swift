// Comparing text as .NET's ordinal-ignore-case does: each character is mapped to its simple upper case, whatever the
// locale, and no character outside ASCII ever maps into it (so `ı` is not `I`, and the Kelvin sign is not `K`).

/// `text` in a form that is the same bytes for texts that differ in case only.
func folded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isASCII = true
    for byte in text.utf8 {
        guard byte < 0x80 else {
            isASCII = false
            break
        }
        bytes.append(byte.uppercasedASCII)
    }
    guard !isASCII else { return bytes }

    bytes.removeAll(keepingCapacity: true)
    for scalar in text.unicodeScalars {
        bytes.append(contentsOf: UTF8.encode(scalar.simpleUppercase) ?? UTF8.encodedReplacementCharacter)
    }
    return bytes
}

/// Whether two texts are the same but for case.
func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
    var lefts = left.utf8.makeIterator()
    var rights = right.utf8.makeIterator()
    while true {
        switch (lefts.next(), rights.next()) {
        case (nil, nil):
            return true
        case (let l?, let r?) where l < 0x80 && r < 0x80:
            if l.uppercasedASCII != r.uppercasedASCII { return false }
        case (let l?, let r?) where l >= 0x80 && r >= 0x80:
            return folded(left) == folded(right)
        default:
            return false
        }
    }
}

/// Whether `left` sorts before `right`, ignoring case, by UTF-16 code units as .NET and JavaScript do.
func precedesIgnoringCase(_ left: String, _ right: String) -> Bool {
    let lefts = folded(left)
    let rights = folded(right)
    for (l, r) in zip(lefts, rights) where l != r {
        return utf16Rank(ofLead: l) < utf16Rank(ofLead: r)
    }
    return lefts.count < rights.count
}

/// UTF-8 sorts the supplementary planes (lead byte from 0xF0) last; UTF-16 puts them, as surrogates, before U+E000
/// (lead bytes 0xEE and 0xEF).
private func utf16Rank(ofLead byte: UInt8) -> UInt8 {
    switch byte {
    case 0xEE, 0xEF: byte + 0x10
    case 0xF0...0xF4: byte - 2
    default: byte
    }
}

extension UInt8 {
    var uppercasedASCII: UInt8 { self >= 0x61 && self <= 0x7A ? self & 0xDF : self }
    var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension String {
    /// The text with A to Z in lower case: names of contexts and functions hold no other letters.
    var lowercasedASCII: String {
        guard utf8.contains(where: { $0 != $0.lowercasedASCII }) else { return self }
        return String(decoding: utf8.map(\.lowercasedASCII), as: UTF8.self)
    }

    /// The same bytes, which `==` does not ask: it takes composed and decomposed characters for the same.
    func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}

extension Unicode.Scalar {
    fileprivate var simpleUppercase: Unicode.Scalar {
        if isASCII {
            return value >= 0x61 && value <= 0x7A ? Unicode.Scalar(UInt8(value) & 0xDF) : self
        }
        // Where the full mapping is several characters (`ß` to `SS`), the simple one is the title case if that is a
        // single character (`ᾳ` to `ᾼ`), and otherwise the character itself.
        for mapping in [properties.uppercaseMapping, properties.titlecaseMapping] {
            let scalars = mapping.unicodeScalars
            if let first = scalars.first, scalars.count == 1 {
                return first.isASCII ? self : first
            }
        }
        return self
    }
}
