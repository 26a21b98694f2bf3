/// Why a commit did not arrive where it was pushed to.
package struct PushError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The branch has commits that the pushed one does not follow from.
        case nonFastForward
        /// The ref names another object than the one that might be replaced.
        case leaseBroken(expected: CommitID?, present: CommitID?)
        /// The branch is checked out there, and these files of its working folder would be lost.
        case checkedOutBranchNotClean([String])
        /// The own commits and those that came in between change the same lines of these files.
        case conflict([String])
        /// The remote, or a rule, said no.
        case refused(String)
        case unreachable
    }

    /// Where a commit that could not be pushed has been kept.
    package struct Kept: Hashable, Sendable {
        package var repository: String
        package var ref: String
    }

    package var reason: Reason
    /// The address without secrets.
    package var remote: String
    package var ref: String
    package var message: String
    package var kept: Kept?

    package var description: String {
        let place = kept.map { "; the commit is kept as `\($0.ref)` in `\($0.repository)`" } ?? ""
        return "could not push to `\(ref)` of `\(remote)`: \(message)\(place)"
    }

    init(_ reason: Reason, remote: String, ref: String, message: String? = nil) {
        self.reason = reason
        self.remote = RemoteAddress.redacted(remote)
        self.ref = RefName.excerpt(ref)
        self.message = message ?? reason.message
    }

    init(_ error: GitError, remote: String, ref: String) {
        let reason: Reason =
            switch error.reason {
            case .nonFastForward, .moved: .nonFastForward
            case .unreachable, .notARepository, .certificate: .unreachable
            default: .refused(error.message)
            }
        self.init(reason, remote: remote, ref: ref, message: error.message)
    }
}

extension PushError.Reason {
    fileprivate var message: String {
        switch self {
        case .nonFastForward: "the branch has moved on and the commit does not follow from it"
        case .leaseBroken(let expected, let present):
            "it is on \(present?.short ?? "nothing") there, and not on \(expected?.short ?? "nothing") as this repository last "
                + "saw it (stale info)"
        case .checkedOutBranchNotClean(let paths):
            "the branch is checked out there, and its working folder is not clean: \(Self.list(paths))"
        case .conflict(let paths):
            "other commits came in between that change the same files: \(Self.list(paths))"
        case .refused(let why): why
        case .unreachable: "the remote can not be reached"
        }
    }

    private static func list(_ paths: [String]) -> String {
        let shown = paths.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
        return paths.count > 5 ? "\(shown) and \(paths.count - 5) more" : shown
    }
}
