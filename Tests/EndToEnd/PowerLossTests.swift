import Foundation
import Testing

/// Losses of power, by the calls that a daemon and a run without one have made (`utilities/power-loss`).
struct PowerLossTests {
    /// In how many states a disk is left; more take longer.
    private static let states = ProcessInfo.processInfo.environment["FLOWRUN_POWER_STATES"] ?? "80"

    @Test(
        "A4: what was acknowledged is there, whatever of the unsynced writes has come to the disk",
        .enabled(if: Strace.isPossible, "strace is not there or may not trace"),
        arguments: [20_261_126]
    )
    func powerLoss(seed: Int) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var environment = ProcessInfo.processInfo.environment
        environment["FLOWRUN"] = Site.binary
        let done = try SiteProcess(
            "\(root)/utilities/power-loss",
            ["\(seed)", Self.states],
            in: root,
            environment: environment
        ).wait(seconds: 900)
        #expect(done.status == 0, "\(done.everything)")
    }
}
