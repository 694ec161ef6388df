#ifndef CCURL_H
#define CCURL_H

// Its checks are macros for literal arguments.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/// libcurl's variadic functions, one for each kind of argument: Swift calls no variadic C function.
/// The others are those of libcurl-easy(3).

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_observer)(
    void *context, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent);

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long number) {
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *pointer) {
    return curl_easy_setopt(handle, option, pointer);
}

/// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode ccurl_set_receiver(
    CURL *handle, CURLoption option, ccurl_receiver receiver) {
    return curl_easy_setopt(handle, option, receiver);
}

/// For CURLOPT_XFERINFOFUNCTION.
static inline CURLcode ccurl_set_observer(CURL *handle, ccurl_observer observer) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, observer);
}

/// For facts of the type long; 0 where libcurl has none.
static inline long ccurl_number(CURL *handle, CURLINFO fact) {
    long number = 0;
    return curl_easy_getinfo(handle, fact, &number) == CURLE_OK ? number : 0;
}

#endif
