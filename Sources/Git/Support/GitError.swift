/// Why something could not be done with a repository.
package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// There is no repository at the path.
        case notARepository
        /// The repository belongs to another user and is not listed in `safe.directory`.
        case notOwned
        /// No such ref, commit, path or setting.
        case notFound
        /// An abbreviation that fits several objects.
        case ambiguous
        /// A name that is refused before anything is looked up.
        case invalidName
        /// A transport other than https, ssh and local paths.
        case refusedTransport
        case alreadyExists
        /// Files or refs stand in the way, or two changes do not go together.
        case conflict
        /// Another process holds a lock file.
        case locked
        /// A ref was moved by another process in between.
        case moved
        /// The new value of the ref does not follow from the old one.
        case nonFastForward
        case nothingToCommit
        case authentication
        case certificate
        case unreachable
        /// Bare, where a working folder is needed.
        case bare
        case other
    }

    package var reason: Reason
    /// What was attempted, and on what.
    package var subject: String
    package var message: String

    package var description: String { "could not \(subject): \(message)" }
}
