#include "Guard.h"

namespace {

thread_local std::string last_error;

}  // namespace

void csp::remember(const char *words) noexcept {
    try {
        last_error = words;
    } catch (...) {
        last_error.clear();
    }
}

extern "C" {

const char *csp_last_error(void) { return last_error.c_str(); }

void csp_ids_free(csp_ids ids) { delete static_cast<std::vector<int32_t> *>(ids.impl); }

ptrdiff_t csp_ids_count(csp_ids ids) {
    return static_cast<ptrdiff_t>(static_cast<std::vector<int32_t> *>(ids.impl)->size());
}

const int32_t *csp_ids_values(csp_ids ids) {
    return static_cast<std::vector<int32_t> *>(ids.impl)->data();
}

void csp_bytes_free(csp_bytes bytes) { delete static_cast<std::string *>(bytes.impl); }

ptrdiff_t csp_bytes_count(csp_bytes bytes) {
    return static_cast<ptrdiff_t>(static_cast<std::string *>(bytes.impl)->size());
}

const uint8_t *csp_bytes_values(csp_bytes bytes) {
    return reinterpret_cast<const uint8_t *>(static_cast<std::string *>(bytes.impl)->data());
}

}  // extern "C"
