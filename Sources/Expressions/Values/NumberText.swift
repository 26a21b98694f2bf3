#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A number as GitHub prints it (.NET's `G15`): up to 15 significant digits, an exponent from 1E+15 and below 0.0001,
/// and no negative zero.
func numberText(_ number: Double) -> String {
    if number == 0 { return "0" }
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    if abs(number) < 1e15, let integer = Int64(exactly: number) { return String(integer) }

    let (digits, exponent) = significantDigits(of: abs(number), count: 15)
    return (number < 0 ? "-" : "") + layout(digits, exponent)
}

/// The decimal digits of a positive number, correctly rounded and without trailing zeros, and the power of ten of the
/// first of them.
private func significantDigits(of number: Double, count: Int) -> (digits: [UInt8], exponent: Int) {
    // "d.dddde+xxx"; the C library rounds the exact value, which the shortest text that Swift prints no longer has.
    var buffer = [CChar](repeating: 0, count: 40)
    let length = withVaList([Int32(count - 1), number]) {
        vsnprintf(&buffer, buffer.count, "%.*e", $0)
    }
    let printed = buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }
    let mark = printed.firstIndex(of: UInt8(ascii: "e")) ?? printed.endIndex
    // Not a point where the process's locale says otherwise, so the digits are picked out, not the point left out.
    var digits = printed[..<mark].filter { $0 >= 0x30 && $0 <= 0x39 }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let exponent = Int(String(decoding: printed[mark...].dropFirst(), as: UTF8.self)) ?? 0
    return (digits, exponent)
}

private func layout(_ digits: [UInt8], _ exponent: Int) -> String {
    let zero = UInt8(ascii: "0")
    let point = UInt8(ascii: ".")
    var text: [UInt8] = []
    switch exponent {
    case 15..., ..<(-4):
        text = [digits[0]]
        if digits.count > 1 { text += [point] + digits.dropFirst() }
        let size = String(abs(exponent))
        return String(decoding: text, as: UTF8.self) + (exponent < 0 ? "E-" : "E+")
            + (size.utf8.count < 2 ? "0" : "") + size
    case ..<0:
        text = [zero, point] + [UInt8](repeating: zero, count: -exponent - 1) + digits
    default:
        let whole = exponent + 1
        text = Array(digits.prefix(whole))
        text += [UInt8](repeating: zero, count: max(0, whole - digits.count))
        if digits.count > whole { text += [point] + digits.dropFirst(whole) }
    }
    return String(decoding: text, as: UTF8.self)
}

/// Text as a number: trimmed, empty is 0, decimal with an optional sign and exponent, `0x` and `0o` (of 32 bits, as in
/// GitHub's runner), `Infinity`; NaN for anything else.
func parseNumber(_ text: String) -> Double {
    var text = text
    return text.withUTF8 { parseNumber(bytes: $0[...]) }
}

func parseNumber(bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Double {
    let bytes = trimmed(bytes)
    guard let first = bytes.first else { return 0 }
    if let decimal = parseDecimal(bytes) { return decimal }

    let rest = bytes.dropFirst(2)
    if first == UInt8(ascii: "0"), !rest.isEmpty {
        switch bytes[bytes.startIndex + 1] {
        case UInt8(ascii: "x"): return parseInt32(rest, radix: 16) ?? .nan
        case UInt8(ascii: "o"): return parseInt32(rest, radix: 8) ?? .nan
        default: break
        }
    }
    if bytes.elementsEqual("Infinity".utf8) || bytes.elementsEqual("+Infinity".utf8) { return .infinity }
    if bytes.elementsEqual("-Infinity".utf8) { return -.infinity }
    return .nan
}

/// `[+-] digits [. digits] [e [+-] digits]` with a digit before or after the point; `nil` for any other text.
func parseDecimal(_ bytes: some BidirectionalCollection<UInt8>) -> Double? {
    var place = bytes.startIndex
    func peek() -> UInt8? { place < bytes.endIndex ? bytes[place] : nil }
    func skipSign() {
        if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") { place = bytes.index(after: place) }
    }
    func skipDigits() -> Int {
        var count = 0
        while let byte = peek(), byte >= 0x30, byte <= 0x39 {
            place = bytes.index(after: place)
            count += 1
        }
        return count
    }

    skipSign()
    let wholeStart = place
    var digits = skipDigits()
    if place == bytes.endIndex, digits > 0, digits <= 15 {
        // The usual number is a short integer, which needs no rounding.
        let size = bytes[wholeStart...].reduce(0) { $0 * 10 + Int($1 & 0x0F) }
        return bytes.first == UInt8(ascii: "-") ? -Double(size) : Double(size)
    }
    if peek() == UInt8(ascii: ".") {
        place = bytes.index(after: place)
        digits += skipDigits()
    }
    guard digits > 0 else { return nil }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
        place = bytes.index(after: place)
        skipSign()
        guard skipDigits() > 0 else { return nil }
    }
    guard place == bytes.endIndex else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
}

/// All 32 bits may be used, so eight `f` are -1; `nil` where a character is no digit or there are too many.
private func parseInt32(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, radix: UInt32) -> Double? {
    var bits: UInt32 = 0
    for byte in bytes {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
        let (product, overflow) = bits.multipliedReportingOverflow(by: radix)
        guard !overflow else { return nil }
        bits = product + UInt32(digit)
    }
    return Double(Int32(bitPattern: bits))
}

private func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var bytes = bytes
    while let length = leadingWhitespace(bytes) { bytes = bytes.dropFirst(length) }
    while let length = trailingWhitespace(bytes) { bytes = bytes.dropLast(length) }
    return bytes
}
