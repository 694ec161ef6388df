// The kernels of gemm_f16_kernels.h: 14 rows and 64 columns of C in 28 registers.
#include "gemm/gemm_f16_kernels.h"

#if CT_HAS_F16_KERNELS
#include <cpuid.h>

#include <utility>

#include "gemm/gemm_f16.h"

using namespace ct;
using namespace ct::f16;

bool ct::has_avx512_fp16() {
    // __builtin_cpu_supports also checks that the system saves the AVX-512 registers.
    static const bool answer = [] {
        unsigned a, b, c, d;
        constexpr unsigned fp16 = 1u << 23;
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & fp16) != 0;
    }();
    return answer;
}

namespace {

/// sum += value (in all lanes) · line. The compiler would broadcast the value into a register by a
/// shuffle, on a port that products need.
CT_F16_INLINE void fma_broadcast(__m512h &sum, const Half *value, __m512h line) {
    __asm__("vfmadd231ph %2%{1to32%}, %1, %0" : "+v"(sum) : "v"(line), "m"(*value));
}

/// The first 16 lanes of `to` += alpha · halves, where the mask is set.
CT_F16_INLINE void add_halves(float *to, __mmask16 mask, __m256i halves, __m512 alpha) {
    auto before = _mm512_maskz_loadu_ps(mask, to);
    _mm512_mask_storeu_ps(to, mask, _mm512_fmadd_ps(_mm512_cvtph_ps(halves), alpha, before));
}

/// C[rows x N] += alpha A · B over `depth`, 32 of it at a time in float16. Rows of A are `lda`
/// apart, and its next 32 columns `block` elements on; rows of B are 64 apart. Without `masks` N
/// is 64.
template <int rows, int lda, bool masks>
CT_F16 void microkernel(const Half *A, ptrdiff_t block, const Half *B, ptrdiff_t depth, float alpha,
                        TileView<float> C) {
    auto factor = _mm512_set1_ps(alpha);
    __mmask16 mask[4];
    for (int part = 0; part < 4; ++part)
        mask[part] = masks ? mask16(C.cols, part * 16) : __mmask16(0xffff);
    for (; depth > 0; depth -= lanes, A += block) {
        __m512h sum[rows][2];
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; ++row) sum[row][0] = sum[row][1] = _mm512_setzero_ph();
        auto count = depth < lanes ? depth : lanes;
        for (ptrdiff_t k = 0; k < count; ++k) {
            auto low = _mm512_loadu_ph(B), high = _mm512_loadu_ph(B + 32);
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; ++row) {
                fma_broadcast(sum[row][0], A + row * lda + k, low);
                fma_broadcast(sum[row][1], A + row * lda + k, high);
            }
            B += panel_columns;
        }
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; ++row)
#pragma clang loop unroll(full)
            for (int part = 0; part < 2; ++part) {
                auto halves = _mm512_castph_si512(sum[row][part]);
                float *to = C.row(row) + part * 32;
                add_halves(to, mask[2 * part], _mm512_castsi512_si256(halves), factor);
                add_halves(to + 16, mask[2 * part + 1], _mm512_extracti64x4_epi64(halves, 1),
                           factor);
            }
    }
}

using Microkernel = void (*)(const Half *, ptrdiff_t, const Half *, ptrdiff_t, float,
                             TileView<float>);

template <int lda, bool masks, int... counts>
Microkernel microkernel_of(ptrdiff_t rows, std::integer_sequence<int, counts...>) {
    static constexpr Microkernel all[] = {microkernel<counts + 1, lda, masks>...};
    return all[rows - 1];
}

template <int lda, bool masks> Microkernel microkernel_of(ptrdiff_t rows) {
    return microkernel_of<lda, masks>(rows, std::make_integer_sequence<int, panel_rows>());
}

} // namespace

void f16::gemm_panel(const Half *A, const Half *B, TileView<float> C, ptrdiff_t blocks) {
    microkernel_of<lanes, false>(C.rows)(A, panel_rows * lanes, B, blocks * lanes, 1, C);
}

void f16::gemm_tile(float alpha, TileView<const Half> A, const Half *B, TileView<float> C) {
    auto parts = ceil_div(C.rows, panel_rows);
    for (ptrdiff_t part = 0; part < parts; ++part) {
        auto row = C.rows * part / parts, count = C.rows * (part + 1) / parts - row;
        auto kernel =
            A.ld == 64 ? microkernel_of<64, true>(count) : microkernel_of<128, true>(count);
        kernel(A.row(row), lanes, B, A.cols, alpha, {C.row(row), count, C.cols, C.ld});
    }
}
#endif
