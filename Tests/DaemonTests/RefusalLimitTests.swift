import Testing

@testable import Daemon

struct RefusalLimitTests {
    @Test func sixtyAMinuteAreToldWhy() {
        let limit = RefusalLimit()
        let start = ContinuousClock.now
        for _ in 1...60 { #expect(limit.refuse(at: start) == nil) }
        #expect(limit.refuse(at: start + .seconds(20)) == 40)
        #expect(limit.refuse(at: start + .seconds(59)) == 1)
        #expect(limit.refuse(at: start + .seconds(61)) == nil)
    }
}
