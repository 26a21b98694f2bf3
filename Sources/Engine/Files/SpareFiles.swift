import Foundation
import Synchronization

/// Files that jobs in one place have left, emptied, for those after them to have under names of their own.
///
/// To make and remove files is most of what a place costs a short job; and ext4 without a journal looks at each file that
/// was removed within the last minute whenever one is made.
final class SpareFiles: Sendable {
    private static let most = 8

    private let folder: String
    private let place: Int
    /// The number of the next one, which its name ends with: those before it have been taken.
    private let next = Mutex(0)

    /// - Parameter folder: Those of all places; nothing of a job is looked for there.
    init(in folder: String, of place: Int) {
        self.folder = folder
        self.place = place
    }

    /// Gives one a name and a text.
    ///
    /// - Returns: Whether there was one.
    func take(as path: String, text: String = "") -> Bool {
        while let number = takeNumber() {
            if UnsharedFile.takeOver(spare(number), as: path, mode: 0o644, text: text) { return true }
        }
        return false
    }

    /// Empties a file and keeps it, where nobody else can have it and there is room.
    ///
    /// - Returns: Whether it is gone from its place.
    func keep(_ path: String) -> Bool {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return false }
        return next.withLock { next in
            guard next > 0 else { return false }
            let name = spare(next - 1)
            guard
                UnsharedFile.takeOver(path, as: name, mode: 0o600)
                    || mkdir(folder, 0o700) == 0 && UnsharedFile.takeOver(path, as: name, mode: 0o600)
            else { return false }
            next -= 1
            return true
        }
    }

    private func spare(_ number: Int) -> String { "\(folder)/\(place).\(number)" }

    private func takeNumber() -> Int? {
        next.withLock { next in
            guard next < Self.most else { return nil }
            defer { next += 1 }
            return next
        }
    }
}
