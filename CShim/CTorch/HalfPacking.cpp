#include "HalfKernels.h"
#include "HalfLanes.h"

#include <algorithm>
#include <cmath>

using namespace ct;
using namespace ct::half;

// bfloat16 matrices as float16 operands, and sums as bfloat16.

float half::scale_of(uint16_t largest, int n) {
    auto exponent = largest >> 7;
    if (exponent == 0xff || largest == 0) return 1;
    // Up to what leaves one over it a normal number.
    return std::ldexp(1.0f, std::clamp(126 + n - exponent, -126, 126));
}

CT_VECTORIZED static void narrow_row(const float *sums, float first, float second,
                                     const float *bias, BFloat *to, ptrdiff_t count) {
    if (bias == nullptr)
        for (ptrdiff_t i = 0; i < count; ++i)
            to[i] = narrowed<BFloat>(sums[i] * first * second);
    else
        for (ptrdiff_t i = 0; i < count; ++i)
            to[i] = narrowed<BFloat>(sums[i] * first * second + bias[i]);
}

void half::narrow(const float *sums, float row_scale, float column_scale, const float *bias,
                  BFloat *to, ptrdiff_t count) {
    narrow_row(sums, 1 / row_scale, 1 / column_scale, bias, to, count);
}

#if defined(__x86_64__)

namespace {

/// 16 bfloat16 values, those that the mask leaves out as zeros, times the scale, as float16.
CT_HALF_INLINE __m256i halves(const BFloat *from, __mmask16 mask, __m512 scale) {
    auto bits = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
    auto wide = _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
    return _mm512_cvtps_ph(_mm512_mul_ps(wide, scale), _MM_FROUND_TO_NEAREST_INT);
}

/// The lowest `count` lanes of 32.
CT_HALF_INLINE __mmask32 mask_of_line(ptrdiff_t count) {
    return count >= 32 ? 0xffffffffu : (1u << count) - 1;
}

/// Up to 32 values as float16.
CT_HALF_INLINE __m512i line_of_halves(const BFloat *from, ptrdiff_t count, __m512 scale) {
    auto low = halves(from, mask_of(count, 0), scale);
    auto high = halves(from + 16, mask_of(count, 16), scale);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// Rows 0 ..< 32 of 32 values each become columns.
CT_HALF_INLINE void transpose(__m512i (&row)[32]) {
    __m512i part[32];
    // Within lanes of 128 bits: eight rows of 16-bit values at a time.
    for (int group = 0; group < 32; group += 8) {
        __m512i a[8], b[8];
        for (int i = 0; i < 4; ++i) {
            a[2 * i] = _mm512_unpacklo_epi16(row[group + 2 * i], row[group + 2 * i + 1]);
            a[2 * i + 1] = _mm512_unpackhi_epi16(row[group + 2 * i], row[group + 2 * i + 1]);
        }
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) {
                b[4 * i + 2 * j] = _mm512_unpacklo_epi32(a[4 * i + j], a[4 * i + 2 + j]);
                b[4 * i + 2 * j + 1] = _mm512_unpackhi_epi32(a[4 * i + j], a[4 * i + 2 + j]);
            }
        for (int j = 0; j < 4; ++j) {
            part[group + 2 * j] = _mm512_unpacklo_epi64(b[j], b[4 + j]);
            part[group + 2 * j + 1] = _mm512_unpackhi_epi64(b[j], b[4 + j]);
        }
    }
    // Lane q of part[8 g + j] holds rows 8 g ..< 8 g + 8 of column 8 q + j.
    for (int j = 0; j < 8; ++j) {
        auto a = _mm512_shuffle_i32x4(part[j], part[8 + j], 0x44);
        auto b = _mm512_shuffle_i32x4(part[j], part[8 + j], 0xee);
        auto c = _mm512_shuffle_i32x4(part[16 + j], part[24 + j], 0x44);
        auto d = _mm512_shuffle_i32x4(part[16 + j], part[24 + j], 0xee);
        row[j] = _mm512_shuffle_i32x4(a, c, 0x88);
        row[8 + j] = _mm512_shuffle_i32x4(a, c, 0xdd);
        row[16 + j] = _mm512_shuffle_i32x4(b, d, 0x88);
        row[24 + j] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

} // namespace

CT_HALF uint16_t half::largest(const BFloat *from, ptrdiff_t rows, ptrdiff_t columns,
                               ptrdiff_t stride) {
    auto most = _mm512_setzero_si512(), magnitude = _mm512_set1_epi16(0x7fff);
    for (ptrdiff_t row = 0; row < rows; ++row)
        for (ptrdiff_t i = 0; i < columns; i += 32) {
            auto bits = _mm512_maskz_loadu_epi16(mask_of_line(columns - i), from + row * stride + i);
            most = _mm512_max_epu16(most, _mm512_and_si512(bits, magnitude));
        }
    alignas(64) uint16_t all[32];
    _mm512_store_si512(all, most);
    return *std::max_element(all, all + 32);
}

CT_HALF void half::pack_row(const BFloat *from, ptrdiff_t depth, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t k = 0; k < depth; k += lanes, to += panel_rows * lanes)
        _mm512_storeu_si512(to, line_of_halves(from + k, depth - k, factor));
}

CT_HALF void half::pack_columns(const BFloat *from, ptrdiff_t depth, ptrdiff_t columns,
                                ptrdiff_t stride, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    ptrdiff_t k = 0;
    for (; k < depth; ++k)
        for (ptrdiff_t part = 0; part < panel_columns; part += 32)
            _mm512_storeu_si512(to + k * panel_columns + part,
                                line_of_halves(from + k * stride + part, columns - part, factor));
    std::fill(to + k * panel_columns, to + (k + lanes - 1) / lanes * lanes * panel_columns, Half{});
}

CT_HALF void half::pack_turned_columns(const BFloat *from, ptrdiff_t depth, ptrdiff_t columns,
                                       ptrdiff_t stride, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t k = 0; k < depth; k += lanes)
        for (ptrdiff_t part = 0; part < panel_columns; part += 32) {
            __m512i row[32];
            for (ptrdiff_t i = 0; i < 32; ++i)
                row[i] = part + i < columns
                             ? line_of_halves(from + (part + i) * stride + k, depth - k, factor)
                             : _mm512_setzero_si512();
            transpose(row);
            for (ptrdiff_t i = 0; i < 32; ++i)
                _mm512_storeu_si512(to + (k + i) * panel_columns + part, row[i]);
        }
}

CT_HALF float half::take_rows(const BFloat *from, ptrdiff_t stride, ptrdiff_t count,
                              ptrdiff_t padding, ptrdiff_t size, Half *to) {
    auto scale = scale_of(largest(from, count, size, stride), 0);
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t row = 0; row < count; ++row)
        for (ptrdiff_t i = 0; i < size; i += 32) {
            auto line = line_of_halves(from + row * stride + i, size - i, factor);
            _mm512_mask_storeu_epi16(to + row * size + i, mask_of_line(size - i), line);
        }
    std::fill(to + count * size, to + padding * size, Half{});
    return 1 / scale;
}

CT_HALF void half::turn(const Half *from, ptrdiff_t rows, ptrdiff_t width, Half *to) {
    for (ptrdiff_t column = 0; column < width; column += 32)
        for (ptrdiff_t first = 0; first < rows; first += 32) {
            __m512i row[32];
            for (ptrdiff_t i = 0; i < 32; ++i)
                row[i] = first + i < rows
                             ? _mm512_maskz_loadu_epi16(mask_of_line(width - column),
                                                        from + (first + i) * width + column)
                             : _mm512_setzero_si512();
            transpose(row);
            for (ptrdiff_t i = 0; i < std::min<ptrdiff_t>(32, width - column); ++i)
                _mm512_storeu_si512(to + (column + i) * 64 + first, row[i]);
        }
}

#else

uint16_t half::largest(const BFloat *, ptrdiff_t, ptrdiff_t, ptrdiff_t) { return 0; }
void half::pack_row(const BFloat *, ptrdiff_t, float, Half *) {}
void half::pack_columns(const BFloat *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float, Half *) {}
void half::pack_turned_columns(const BFloat *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float, Half *) {}
float half::take_rows(const BFloat *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, Half *) {
    return 1;
}
void half::turn(const Half *, ptrdiff_t, ptrdiff_t, Half *) {}

#endif
