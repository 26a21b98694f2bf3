import Dispatch
import Foundation
package import Store

/// The wish that a run ends, from any process of this machine: a file in the run's folder, which the process that runs it
/// looks for several times a second.
package struct CancelRequest: Sendable {
    private static let interval = DispatchTimeInterval.milliseconds(200)

    private let folder: String

    package init(of run: Int64, home: FlowrunHome) { folder = home.run(run) }

    private var path: String { folder + "/cancel" }
    private var forcePath: String { folder + "/cancel-now" }

    /// Asks the run to end GitHub's way, or at once.
    package func make(force: Bool) throws {
        try JobFolders.make(folder)
        try PlainFile.write("", to: force ? forcePath : path)
    }

    var isMade: Bool { access(path, F_OK) == 0 || isForced }
    private var isForced: Bool { access(forcePath, F_OK) == 0 }

    /// Calls `cancel` again and again once the request is there, and `force` when it is to end at once.
    func watch(
        cancel: @escaping @Sendable () -> Void,
        force: @escaping @Sendable () -> Void
    ) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        timer.setEventHandler {
            if isForced {
                timer.cancel()
                force()
            } else if isMade {
                cancel()
            }
        }
        timer.resume()
        return timer
    }
}
