#include "HalfKernels.h"

#include "HalfLanes.h"
#include "HalfProducts.h"

#include <utility>

using namespace ct;
using namespace ct::half;

#if defined(__x86_64__)
#include <cpuid.h>

bool ct::has_half_instructions() {
    // AVX-512 in general is asked of the compiler's runtime, which asks the system too.
    static bool answer = [] {
        unsigned a, b, c, d;
        constexpr unsigned fp16 = 1u << 23;
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & fp16) != 0;
    }();
    return answer;
}

namespace {

/// sum += value (in all lanes) · line. The compiler would make a register of the value by a shuffle,
/// which takes a place that products need.
CT_HALF_INLINE void add_product(__m512h &sum, const Half *value, __m512h line) {
    __asm__("vfmadd231ph %2%{1to32%}, %1, %0" : "+v"(sum) : "v"(line), "m"(*value));
}

/// The first 16 lanes of `sums` += factor · halves, where the mask is set.
CT_HALF_INLINE void add_halves(float *sums, __mmask16 mask, __m256i halves, __m512 factor) {
    auto before = _mm512_maskz_loadu_ps(mask, sums);
    _mm512_mask_storeu_ps(sums, mask, _mm512_fmadd_ps(_mm512_cvtph_ps(halves), factor, before));
}

/// sums += factor · left · right over `depth`, 32 of it at a time in float16. Rows of `left` are
/// `stride` apart, and a next 32 of depth `block` behind the one before; those of `right` are 64.
template <int rows, int stride, bool masks>
CT_HALF void add_products_of(const Half *left, ptrdiff_t block, const Half *right, ptrdiff_t depth,
                             float scale, float *sums, ptrdiff_t sums_stride, ptrdiff_t columns) {
    auto factor = _mm512_set1_ps(scale);
    __mmask16 mask[4];
    for (int part = 0; part < 4; ++part)
        mask[part] = masks ? mask_of(columns, part * 16) : __mmask16(0xffff);
    for (; depth > 0; depth -= lanes, left += block) {
        __m512h sum[rows][2];
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; ++row) sum[row][0] = sum[row][1] = _mm512_setzero_ph();
        auto count = depth < lanes ? depth : lanes;
        for (ptrdiff_t k = 0; k < count; ++k) {
            auto low = _mm512_loadu_ph(right), high = _mm512_loadu_ph(right + 32);
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; ++row) {
                add_product(sum[row][0], left + row * stride + k, low);
                add_product(sum[row][1], left + row * stride + k, high);
            }
            right += panel_columns;
        }
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; ++row)
#pragma clang loop unroll(full)
            for (int part = 0; part < 2; ++part) {
                auto halves = _mm512_castph_si512(sum[row][part]);
                float *to = sums + row * sums_stride + part * 32;
                add_halves(to, mask[2 * part], _mm512_castsi512_si256(halves), factor);
                add_halves(to + 16, mask[2 * part + 1], _mm512_extracti64x4_epi64(halves, 1),
                           factor);
            }
    }
}

using Kernel = void (*)(const Half *, ptrdiff_t, const Half *, ptrdiff_t, float, float *, ptrdiff_t,
                        ptrdiff_t);

template <int stride, bool masks, int... counts>
Kernel kernel_of(ptrdiff_t rows, std::integer_sequence<int, counts...>) {
    static constexpr Kernel all[] = {add_products_of<counts + 1, stride, masks>...};
    return all[rows - 1];
}

template <int stride, bool masks> Kernel kernel_of(ptrdiff_t rows) {
    return kernel_of<stride, masks>(rows, std::make_integer_sequence<int, panel_rows>());
}

} // namespace

void half::add_products(const Half *left, const Half *right, float *sums, ptrdiff_t rows,
                        ptrdiff_t blocks) {
    kernel_of<lanes, false>(rows)(left, panel_rows * lanes, right, blocks * lanes, 1, sums,
                                  panel_columns, panel_columns);
}

void half::add_small_product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float factor, const Half *left,
                             ptrdiff_t left_stride, const Half *right, float *c,
                             ptrdiff_t c_stride) {
    auto parts = (m + panel_rows - 1) / panel_rows;
    for (ptrdiff_t part = 0; part < parts; ++part) {
        auto row = m * part / parts, count = m * (part + 1) / parts - row;
        auto kernel = left_stride == 64 ? kernel_of<64, true>(count) : kernel_of<128, true>(count);
        kernel(left + row * left_stride, lanes, right, k, factor, c + row * c_stride, c_stride, n);
    }
}

#else

bool ct::has_half_instructions() { return false; }
void half::add_products(const Half *, const Half *, float *, ptrdiff_t, ptrdiff_t) {}
void half::add_small_product(ptrdiff_t, ptrdiff_t, ptrdiff_t, float, const Half *, ptrdiff_t,
                             const Half *, float *, ptrdiff_t) {}

#endif
