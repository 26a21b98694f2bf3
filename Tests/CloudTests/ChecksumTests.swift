import Foundation
import Testing

@testable import Cloud

struct ChecksumTests {
    @Test(arguments: [
        ("", "AAAAAA==", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("hello", "mnG7TA==", "XUFAKrxLKna5cZ2REBfFkg=="),
        ("123456789", "4waSgw==", "JfnnlDI7RTiF9RgfG2JNCw=="),
    ])
    func checksumsAreThoseOfGoogle(_ text: String, _ crc32c: String, _ md5: String) {
        var checksums = Checksums()
        Data(text.utf8).withUnsafeBytes { checksums.update($0) }
        #expect(checksums.crc32c == crc32c)
        #expect(checksums.md5Hash == md5)
    }

    @Test(arguments: [1, 7, 8, 9, 63, 64, 1000])
    func piecesHaveTheChecksumOfTheWhole(_ size: Int) {
        let data = pattern(4096)
        var whole = Checksums()
        data.withUnsafeBytes { whole.update($0) }
        var pieces = Checksums()
        for start in stride(from: 0, to: data.count, by: size) {
            data[start..<min(start + size, data.count)].withUnsafeBytes { pieces.update($0) }
        }
        #expect(pieces.crc32c == whole.crc32c)
        #expect(pieces.md5Hash == whole.md5Hash)
        #expect(pieces.count == 4096)
    }
}
