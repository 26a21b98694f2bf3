// GSSAPI, with which libgit2 signs in at servers of a Kerberos realm, loaded when one asks for that: it brings six more
// libraries along. Where it is absent, signing in fails as it does without a ticket.

#ifdef FLOWRUN_LINKS_GIT

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t length;
    void *elements;
} oid;

/// 1.2.840.113554.1.2.1.4, the form `service@host` of a name (RFC 2743).
static oid hostbased_service = {10, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};
oid *GSS_C_NT_HOSTBASED_SERVICE = &hostbased_service;

/// GSS_S_FAILURE, and nothing else.
static const uint32_t failure = 13u << 16;

static void *find(const char *name) {
    static void *_Atomic library;
    if (library == NULL) library = dlopen("libgssapi_krb5.so.2", RTLD_LAZY | RTLD_LOCAL);
    return library == NULL ? NULL : dlsym(library, name);
}

// Every function gives a status, and first takes where to put one of the mechanism's.
#define DEFINE(name, parameters, arguments) \
    uint32_t name parameters; \
    uint32_t name parameters { \
        uint32_t(*real) parameters = (uint32_t(*) parameters)find(#name); \
        if (real != NULL) return real arguments; \
        *minor = 0; \
        return failure; \
    }

DEFINE(gss_indicate_mechs, (uint32_t *minor, void **mechanisms), (minor, mechanisms))
DEFINE(gss_import_name, (uint32_t *minor, void *text, oid *form, void **name), (minor, text, form, name))
DEFINE(gss_release_name, (uint32_t *minor, void **name), (minor, name))
DEFINE(gss_release_buffer, (uint32_t *minor, void *buffer), (minor, buffer))
DEFINE(gss_release_oid_set, (uint32_t *minor, void **set), (minor, set))
DEFINE(gss_delete_sec_context, (uint32_t *minor, void **context, void *token), (minor, context, token))
DEFINE(
    gss_display_status, (uint32_t *minor, uint32_t status, int kind, oid *mechanism, uint32_t *more, void *text),
    (minor, status, kind, mechanism, more, text))
DEFINE(
    gss_init_sec_context,
    (uint32_t *minor, void *credential, void **context, void *target, oid *mechanism, uint32_t flags, uint32_t time,
     void *bindings, void *input, oid **actual, void *output, uint32_t *actual_flags, uint32_t *actual_time),
    (minor, credential, context, target, mechanism, flags, time, bindings, input, actual, output, actual_flags,
     actual_time))

#endif
