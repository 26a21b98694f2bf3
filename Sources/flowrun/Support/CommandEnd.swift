import Engine
import Foundation
import Git
import Store
import YAML

/// The exit statuses of flowrun (cli.md).
enum ExitStatus: Int32 {
    case success = 0
    case runFailed = 1
    case nothingStarted = 2
    case broken = 3
    case usage = 64
    case interrupted = 130
}

extension RunRecord {
    /// Whether the run ended so that its command ends with `success`.
    var isFine: Bool { conclusion.map { [.success, .skipped, .neutral].contains($0) } ?? false }
}

/// A command's end with another status than 0, and what is said of it on standard error.
struct CommandEnd: Error {
    var status: ExitStatus
    var message: String?

    init(_ status: ExitStatus, _ message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// What an error of the lower rooms means for the person at the terminal.
    init(of error: any Error) {
        switch error {
        case let error as StoreError:
            switch error.reason {
            case .invalidName, .tooLarge: self.init(.nothingStarted, "error: \(error)")
            default: self.init(.broken, "error: \(error)")
            }
        case let error as FolderError: self.init(.broken, "error: \(error)")
        case let error as SessionError:
            switch error {
            case .invalid: self.init(.nothingStarted, "\(error)")
            case .interrupted: self.init(.interrupted, "\(error)")
            case .noRepository, .noCommit, .refused: self.init(.nothingStarted, "error: \(error)")
            }
        case let error as Diagnostic: self.init(.nothingStarted, error.rendered(source: nil))
        case is GitError, is PlanError: self.init(.nothingStarted, "error: \(error)")
        default: self.init(.nothingStarted, "error: \(error)")
        }
    }
}
