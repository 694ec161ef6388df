#ifndef CSP_GUARD_H
#define CSP_GUARD_H

#include <sentencepiece_processor.h>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "CSentencePiece.h"

namespace csp {

/// Keeps the words of a failure for `csp_last_error()`.
void remember(const char *words) noexcept;

/// Runs `body`; an exception becomes a status and its words.
template <typename Body>
csp_status guarded(Body &&body) noexcept {
    try {
        std::forward<Body>(body)();
        return CSP_OK;
    } catch (const std::exception &error) {
        remember(error.what());
    } catch (...) {
        remember("an exception of an unknown kind");
    }
    return CSP_FAILED;
}

/// Throws the words of a SentencePiece status that is not OK.
inline void check(const sentencepiece::util::Status &status) {
    if (!status.ok()) throw std::runtime_error(status.ToString());
}

inline csp_ids owned(std::vector<int32_t> ids) {
    return {new std::vector<int32_t>(std::move(ids))};
}
inline csp_bytes owned(std::string bytes) { return {new std::string(std::move(bytes))}; }

}  // namespace csp

#endif
