// libgit2 reads the certificates of all authorities when it is set up, and sets libssh2 and its cryptography up: 7 ms
// for what few commands need.
//
// Where libgit2 and its TLS library, mbedTLS, are linked into the program, the linker sends libgit2's call here
// (`--wrap` in Package.swift). Until a connection needs them nothing is read, which libgit2 takes for a machine without
// certificates. `Library.certificates` hands them in before the first connection.

#include "git_on_demand.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// mbedTLS's own function; absent where it is not linked into the program, and then nobody calls us.
extern int __real_mbedtls_x509_crt_parse_file(void *chain, const char *path) __attribute__((weak));
int __wrap_mbedtls_x509_crt_parse_file(void *chain, const char *path);

/// MBEDTLS_ERR_X509_FILE_IO_ERROR
static const int file_error = -0x2900;

static _Atomic(char *) postponed;
static atomic_bool may_read;

int __wrap_mbedtls_x509_crt_parse_file(void *chain, const char *path) {
    if (atomic_load(&may_read)) return __real_mbedtls_x509_crt_parse_file(chain, path);
    free(atomic_exchange(&postponed, strdup(path)));
    return file_error;
}

/// Nothing: libssh2 sets itself up when a session is made.
int __wrap_libssh2_init(int flags);
int __wrap_libssh2_init(int flags) {
    (void)flags;
    return 0;
}

const char *flowrun_git_postponed_certificates(void) {
    atomic_store(&may_read, true);
    return atomic_load(&postponed);
}
