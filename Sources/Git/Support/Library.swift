import CLibGit2

/// libgit2 as a whole: started once, for the life of the process.
enum Library {
    /// A trace that the library has been set up; reading it does so.
    ///
    /// libgit2 runs no hooks, no external filters and no `core.fsmonitor`, and reads no `GIT_*` variables
    /// here. Owner checks stay on: a repository of another user could name programs in its configuration.
    static let isReady: Bool = {
        git_libgit2_init()
        flowrun_git_set_owner_validation(1)
        flowrun_git_set_strict_hash_verification(1)
        flowrun_git_set_user_agent("flowrun")
        TimedSocket.register()
        return true
    }()
}

/// Calls libgit2 and turns what it says into an error.
///
/// `subject` completes "could not …".
///
/// libgit2 keeps its message per thread, so it is read here, before anything else can happen on this thread.
func git(_ subject: @autoclosure () -> String, _ call: () -> Int32) throws(GitError) {
    let code = call()
    guard code < 0 else { return }
    throw GitError(code: code, subject: subject())
}

extension GitError {
    init(code: Int32, subject: String) {
        let last = git_error_last()
        let text = last.flatMap { $0.pointee.message }.map { String(cString: $0) }
        let category = last.map { UInt32(bitPattern: $0.pointee.klass) } ?? GIT_ERROR_NONE.rawValue
        git_error_clear()
        self.init(
            reason: Reason(code: code, category: category),
            subject: subject,
            message: text ?? "libgit2 gave status \(code)"
        )
    }
}

extension GitError.Reason {
    fileprivate init(code: Int32, category: UInt32) {
        switch code {
        case GIT_ENOTFOUND.rawValue: self = .notFound
        case GIT_EEXISTS.rawValue: self = .alreadyExists
        case GIT_EAMBIGUOUS.rawValue: self = .ambiguous
        case GIT_EINVALIDSPEC.rawValue: self = .invalidName
        case GIT_EBAREREPO.rawValue: self = .bare
        case GIT_ENONFASTFORWARD.rawValue: self = .nonFastForward
        case GIT_ECONFLICT.rawValue, GIT_EMERGECONFLICT.rawValue, GIT_EUNMERGED.rawValue,
            GIT_EUNCOMMITTED.rawValue, GIT_EINDEXDIRTY.rawValue:
            self = .conflict
        case GIT_ELOCKED.rawValue: self = .locked
        case GIT_EMODIFIED.rawValue: self = .moved
        case GIT_EAUTH.rawValue: self = .authentication
        case GIT_ECERTIFICATE.rawValue: self = .certificate
        case GIT_EOWNER.rawValue: self = .notOwned
        default:
            switch category {
            case GIT_ERROR_NET.rawValue, GIT_ERROR_SSL.rawValue, GIT_ERROR_HTTP.rawValue,
                GIT_ERROR_SSH.rawValue:
                self = .unreachable
            default: self = .other
            }
        }
    }
}
