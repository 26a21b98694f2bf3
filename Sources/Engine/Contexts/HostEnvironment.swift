import Foundation

/// The variables of this machine that a job's steps start from.
package enum HostEnvironment {
    /// The user's environment less what would mislead a step: git's own variables (a hook sets `GIT_DIR`), flowrun's, and
    /// those of a runner that flowrun itself may run under.
    package static func cleaned(_ environment: [String: String]) -> [String: String] {
        var cleaned = environment.filter { name, _ in
            !misleading.contains(name) && !misleadingPrefixes.contains { name.hasPrefix($0) }
        }
        // Workflows say `sudo -u $USER`; service managers and containers leave it unset.
        let user = cleaned["USER"] ?? cleaned["LOGNAME"] ?? NSUserName()
        cleaned["USER"] = user
        cleaned["LOGNAME"] = cleaned["LOGNAME"] ?? user
        cleaned["HOME"] = cleaned["HOME"] ?? NSHomeDirectory()
        cleaned["PATH"] = cleaned["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return cleaned
    }

    /// `git rev-parse --local-env-vars`, and what carries a git hook's quarantine or its options.
    private static let misleading: Set<String> = [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
        "GIT_DIR",
        "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE",
        "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR",
        "GIT_INTERNAL_SUPER_PREFIX", "GIT_QUARANTINE_PATH", "GIT_EDITOR", "GIT_EXEC_PATH",
        "GIT_REFLOG_ACTION",
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_DATE", "OLDPWD", "VIRTUAL_ENV", "PYTHONHOME", "BASH_ENV", "ENV",
    ]
    private static let misleadingPrefixes = [
        "FLOWRUN_", "GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "STATE_", "GIT_CONFIG_KEY_",
        "GIT_CONFIG_VALUE_", "CML_",
    ]
}
