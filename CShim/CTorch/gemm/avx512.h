// What the float16 kernels need of the processor and the compiler. x86-64 alone.
#pragma once

/// Whether the float16 kernels are compiled for this kind of processor.
#if defined(__x86_64__)
#define CT_HAS_F16_KERNELS 1
#else
#define CT_HAS_F16_KERNELS 0
#endif

#if CT_HAS_F16_KERNELS
#include <immintrin.h>

#include <cstddef>

/// The function is compiled for processors with AVX-512 FP16.
#define CT_F16 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512fp16")))
#define CT_F16_INLINE static inline __attribute__((always_inline)) CT_F16

namespace ct::f16 {

/// The lanes of 16 that are in a row of `count`, from its element `first` on.
CT_F16_INLINE __mmask16 mask16(ptrdiff_t count, ptrdiff_t first) {
    auto left = count - first;
    return left >= 16 ? 0xffff : left <= 0 ? 0 : static_cast<__mmask16>((1u << left) - 1);
}

} // namespace ct::f16

#endif
