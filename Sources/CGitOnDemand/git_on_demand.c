// libgit2 sets its TLS library up when it is itself set up, which reads the certificates of all authorities, and libssh2
// with its cryptography: 7 ms for what few commands need.
//
// Where libgit2 and mbedTLS are linked into the program, the linker sends some of libgit2's calls here (`--wrap` in
// Package.swift): TLS is set up with the first connection that asks for it.

#ifdef FLOWRUN_LINKS_GIT

#include <pthread.h>

int __real_git_mbedtls_stream_global_init(void);
int __real_git_mbedtls_stream_new(void **stream, const char *host, const char *port);
int __real_git_mbedtls_stream_wrap(void **stream, void *inner, const char *host);

int __wrap_git_mbedtls_stream_global_init(void);
int __wrap_git_mbedtls_stream_new(void **stream, const char *host, const char *port);
int __wrap_git_mbedtls_stream_wrap(void **stream, void *inner, const char *host);
int __wrap_libssh2_init(int flags);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int fault;

static void set_up(void) { fault = __real_git_mbedtls_stream_global_init(); }

static int ready(void) {
    pthread_once(&once, set_up);
    return fault;
}

int __wrap_git_mbedtls_stream_global_init(void) { return 0; }

int __wrap_git_mbedtls_stream_new(void **stream, const char *host, const char *port) {
    int error = ready();
    return error < 0 ? error : __real_git_mbedtls_stream_new(stream, host, port);
}

int __wrap_git_mbedtls_stream_wrap(void **stream, void *inner, const char *host) {
    int error = ready();
    return error < 0 ? error : __real_git_mbedtls_stream_wrap(stream, inner, host);
}

/// Nothing: libssh2 sets itself up when a session is made.
int __wrap_libssh2_init(int flags) {
    (void)flags;
    return 0;
}

#endif
