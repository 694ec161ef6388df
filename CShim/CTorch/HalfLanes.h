// Private to the shim: what the float16 loops need of the processor and the compiler.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstddef>

/// The function is compiled for processors with AVX-512 FP16.
#define CT_HALF __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512fp16")))
#define CT_HALF_INLINE static inline __attribute__((always_inline)) CT_HALF

namespace ct::half {

/// The lowest `count` lanes of 16, from lane `first` of a longer row on.
CT_HALF_INLINE __mmask16 mask_of(ptrdiff_t count, ptrdiff_t first) {
    auto left = count - first;
    return left >= 16 ? 0xffff : left <= 0 ? 0 : static_cast<__mmask16>((1u << left) - 1);
}

} // namespace ct::half

#endif
