import Foundation
import Testing

/// Two minutes of load and random faults (`utilities/chaos`), after which nothing is lost, doubled or left behind.
struct ChaosTests {
    @Test("the daemon keeps what it has taken, whatever happens to it", arguments: [20_261_126])
    func chaos(seed: Int) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var environment = ProcessInfo.processInfo.environment
        environment["FLOWRUN"] = Site.binary
        let done = try SiteProcess(
            "\(root)/utilities/chaos",
            ["\(seed)", "2"],
            in: root,
            environment: environment
        ).wait(seconds: 900)
        #expect(done.status == 0, "\(done.everything)")
    }
}
