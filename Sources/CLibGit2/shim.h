#ifndef FLOWRUN_CLIBGIT2_SHIM_H
#define FLOWRUN_CLIBGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/repository.h>
#include <git2/sys/stream.h>

// `git_libgit2_opts` is variadic, which Swift cannot call: one inline function for each option that we set.

/// The name under which libgit2 introduces itself to servers.
static inline int flowrun_git_set_user_agent(const char *agent) {
    return git_libgit2_opts(GIT_OPT_SET_USER_AGENT, agent);
}

/// Whether a repository that belongs to another user is refused.
static inline int flowrun_git_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// Whether what is read from an object database is checked against its name.
static inline int flowrun_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/// A connection to a server, laid out as libgit2 lays out its own: for SSH it looks for the socket there.
struct flowrun_git_socket {
    git_stream parent;
    char *host;
    char *port;
    int descriptor;
};
typedef struct flowrun_git_socket flowrun_git_socket;

#endif
