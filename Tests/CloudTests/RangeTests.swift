import Serving
import Testing

@testable import Cloud

struct RangeTests {
    @Test(arguments: [
        ("bytes 0-99/200", 0...99 as ClosedRange<Int64>?, 200 as Int64?),
        ("bytes 0-99/*", 0...99, nil),
        ("bytes */200", nil, 200),
        ("bytes */*", nil, nil),
        ("BYTES 5-5/6", 5...5, 6),
        ("bytes */0", nil, 0),
    ])
    func contentRangeIsRead(_ text: String, _ part: ClosedRange<Int64>?, _ total: Int64?) throws {
        let range = try #require(ContentRange(text))
        #expect(range.part == part)
        #expect(range.total == total)
    }

    @Test(arguments: [
        "", "bytes", "bytes 0-99", "items 0-1/2", "bytes 5-4/9", "bytes 0-9/9", "bytes -1-3/9", "bytes a-b/c",
        "bytes 0-99999999999999999999/*",
    ])
    func otherContentRangeIsRefused(_ text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test(arguments: [
        (nil as String?, 10 as Int64, ByteRange.whole),
        ("bytes=0-3", 10, .part(0...3)),
        ("bytes=8-99", 10, .part(8...9)),
        ("bytes=3-", 10, .part(3...9)),
        ("bytes=-4", 10, .part(6...9)),
        ("bytes=-40", 10, .part(0...9)),
        ("bytes=10-", 10, .unsatisfiable),
        ("bytes=0-0", 0, .unsatisfiable),
        ("bytes=-0", 10, .unsatisfiable),
        ("bytes=4-2", 10, .whole),
        ("bytes=0-1,4-5", 10, .whole),
        ("lines=0-1", 10, .whole),
        ("bytes=x-y", 10, .whole),
    ])
    func rangeOfADownloadIsRead(_ text: String?, _ size: Int64, _ range: ByteRange) {
        #expect(ByteRange(text, size: size) == range)
    }
}
