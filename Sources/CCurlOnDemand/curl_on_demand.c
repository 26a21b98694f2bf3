// libcurl, loaded when a function of it is called for the first time.
//
// It brings some thirty libraries along, and its TLS and LDAP set themselves up at once: a quarter of the time that a
// command needs from its start to its end, of which few make a request. The functions that the module HTTP calls are
// defined here and hand on to the real ones, so that the linker has no reason to name libcurl in the program.

#include "curl_on_demand.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

// Curl's macros of the same names check the types of their arguments, which the callers have done.
#undef curl_easy_setopt
#undef curl_easy_getinfo

#ifdef __APPLE__
static const char *const names[] = {"libcurl.4.dylib", "/usr/lib/libcurl.4.dylib"};
#else
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif

static void *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    for (size_t index = 0; library == NULL && index < sizeof names / sizeof *names; index += 1) {
        library = dlopen(names[index], RTLD_LAZY | RTLD_LOCAL);
    }
}

static void *find(const char *name) {
    pthread_once(&once, load);
    return library == NULL ? NULL : dlsym(library, name);
}

int flowrun_curl_is_there(void) { return find("curl_easy_init") != NULL; }

// DEFINE(result, name, parameters, arguments, what it gives where there is no libcurl)
#define DEFINE(result, name, parameters, arguments, otherwise) \
    result name parameters { \
        static result(*_Atomic real) parameters; \
        if (real == NULL) real = (result(*) parameters)find(#name); \
        return real == NULL ? (otherwise) : real arguments; \
    }

// `result` is void: nothing is given, and nothing happens where there is no libcurl.
#define DEFINE_VOID(name, parameters, arguments) \
    void name parameters { \
        static void(*_Atomic real) parameters; \
        if (real == NULL) real = (void(*) parameters)find(#name); \
        if (real != NULL) real arguments; \
    }

DEFINE(CURLcode, curl_global_init, (long flags), (flags), CURLE_FAILED_INIT)
DEFINE(CURL *, curl_easy_init, (void), (), NULL)
DEFINE(CURLcode, curl_easy_perform, (CURL * handle), (handle), CURLE_FAILED_INIT)
DEFINE(const char *, curl_easy_strerror, (CURLcode code), (code), "there is no libcurl")
DEFINE(struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *text), (list, text), NULL)
DEFINE(time_t, curl_getdate, (const char *text, const time_t *unused), (text, unused), -1)
DEFINE(CURLU *, curl_url, (void), (), NULL)
DEFINE(
    CURLUcode, curl_url_set, (CURLU * url, CURLUPart part, const char *text, unsigned int flags),
    (url, part, text, flags), CURLUE_BAD_HANDLE)
DEFINE(
    CURLUcode, curl_url_get, (CURLU * url, CURLUPart part, char **text, unsigned int flags),
    (url, part, text, flags), CURLUE_BAD_HANDLE)

DEFINE_VOID(curl_easy_cleanup, (CURL * handle), (handle))
DEFINE_VOID(curl_slist_free_all, (struct curl_slist * list), (list))
DEFINE_VOID(curl_url_cleanup, (CURLU * url), (url))
DEFINE_VOID(curl_free, (void *memory), (memory))

// What these take is one word, whatever its type: a long, a pointer, or an offset of 64 bits.
_Static_assert(sizeof(curl_off_t) == sizeof(void *), "options of curl are words");

CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    CURLcode (*real)(CURL *, CURLoption, ...) = (CURLcode(*)(CURL *, CURLoption, ...))find("curl_easy_setopt");
    va_list values;
    va_start(values, option);
    void *value = va_arg(values, void *);
    va_end(values);
    return real == NULL ? CURLE_FAILED_INIT : real(handle, option, value);
}

CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    CURLcode (*real)(CURL *, CURLINFO, ...) = (CURLcode(*)(CURL *, CURLINFO, ...))find("curl_easy_getinfo");
    va_list values;
    va_start(values, info);
    void *value = va_arg(values, void *);
    va_end(values);
    return real == NULL ? CURLE_FAILED_INIT : real(handle, info, value);
}
