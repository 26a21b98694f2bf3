#ifndef FLOWRUN_CLIBCURL_SHIM_H
#define FLOWRUN_CLIBCURL_SHIM_H

#include <curl/curl.h>

// `curl_easy_setopt` and `curl_easy_getinfo` are variadic macros, which Swift cannot call: one inline function for
// each type of value. The type has to be right for the option, as curl reads it without a check.

/// Sets an option that takes a `long`.
static inline CURLcode flowrun_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that takes a `curl_off_t`.
static inline CURLcode flowrun_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that takes a text, which curl copies.
static inline CURLcode flowrun_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that takes a pointer to data of ours, which has to outlive the transfer.
static inline CURLcode flowrun_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets the list of header fields, which has to outlive the transfer.
static inline CURLcode flowrun_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// How curl hands over and asks for bytes; the same shape serves header fields, bodies received and bodies sent.
typedef size_t (*flowrun_curl_bytes)(char *bytes, size_t size, size_t count, void *context);

/// Sets `CURLOPT_WRITEFUNCTION`, `CURLOPT_HEADERFUNCTION` or `CURLOPT_READFUNCTION`.
static inline CURLcode flowrun_curl_set_bytes_function(CURL *handle, CURLoption option, flowrun_curl_bytes value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets `CURLOPT_SEEKFUNCTION`.
static inline CURLcode flowrun_curl_set_seek_function(
    CURL *handle, int (*value)(void *context, curl_off_t offset, int origin)) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

/// Sets `CURLOPT_XFERINFOFUNCTION`.
static inline CURLcode flowrun_curl_set_progress_function(
    CURL *handle,
    int (*value)(void *context, curl_off_t total, curl_off_t now, curl_off_t total_up, curl_off_t now_up)) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

/// Reads a piece of information that is a `long`.
static inline CURLcode flowrun_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Reads a piece of information that is a text, which belongs to the handle.
static inline CURLcode flowrun_curl_get_text(CURL *handle, CURLINFO info, const char **value) {
    return curl_easy_getinfo(handle, info, value);
}

#endif
