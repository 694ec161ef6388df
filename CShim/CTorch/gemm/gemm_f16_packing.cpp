// The packing of gemm_f16_kernels.h: bfloat16 matrices become float16 operands, sums become
// bfloat16.
#include "gemm/gemm_f16_kernels.h"

#if CT_HAS_F16_KERNELS
#include <algorithm>
#include <cmath>

using namespace ct;
using namespace ct::f16;

namespace {

/// 16 bfloat16 values, those that the mask leaves out as zeros, times the scale, as float16.
CT_F16_INLINE __m256i halves(const BFloat *from, __mmask16 mask, __m512 scale) {
    auto bits = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
    auto wide = _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
    return _mm512_cvtps_ph(_mm512_mul_ps(wide, scale), _MM_FROUND_TO_NEAREST_INT);
}

/// The lowest `count` lanes of 32.
CT_F16_INLINE __mmask32 mask32(ptrdiff_t count) {
    return count >= 32 ? 0xffffffffu : (1u << count) - 1;
}

/// Up to 32 values as float16.
CT_F16_INLINE __m512i line_of_halves(const BFloat *from, ptrdiff_t count, __m512 scale) {
    auto low = halves(from, mask16(count, 0), scale);
    auto high = halves(from + 16, mask16(count, 16), scale);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// Transposes 32 x 32 values of 16 bits.
CT_F16_INLINE void transpose_32x32(__m512i (&row)[32]) {
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

CT_VECTORIZED void unscale_row(const float *sums, float first, float second, const float *bias,
                               BFloat *to, ptrdiff_t count) {
    if (bias == nullptr)
        for (ptrdiff_t i = 0; i < count; ++i) to[i] = from_float<BFloat>(sums[i] * first * second);
    else
        for (ptrdiff_t i = 0; i < count; ++i)
            to[i] = from_float<BFloat>(sums[i] * first * second + bias[i]);
}

} // namespace

float f16::power_of_two_scale(uint16_t magnitude, int n) {
    auto exponent = magnitude >> 7;
    if (exponent == 0xff || magnitude == 0) return 1;
    // Up to what leaves one over it a normal number.
    return std::ldexp(1.0f, std::clamp(126 + n - exponent, -126, 126));
}

void f16::unscale(const float *sums, float row_scale, float column_scale, const float *bias,
                  BFloat *to, ptrdiff_t count) {
    unscale_row(sums, 1 / row_scale, 1 / column_scale, bias, to, count);
}

CT_F16 uint16_t f16::max_magnitude(TileView<const BFloat> x) {
    auto most = _mm512_setzero_si512(), magnitude = _mm512_set1_epi16(0x7fff);
    for (ptrdiff_t row = 0; row < x.rows; ++row)
        for (ptrdiff_t i = 0; i < x.cols; i += 32) {
            auto bits = _mm512_maskz_loadu_epi16(mask32(x.cols - i), x.row(row) + i);
            most = _mm512_max_epu16(most, _mm512_and_si512(bits, magnitude));
        }
    alignas(64) uint16_t all[32];
    _mm512_store_si512(all, most);
    return *std::max_element(all, all + 32);
}

CT_F16 Outliers f16::find_outliers(const BFloat *row, ptrdiff_t depth) {
    Outliers found;
    found.rest = max_magnitude({row, 1, depth, depth});
    // Five steps of the exponent; a row of zeros or of the smallest numbers has none.
    if (found.rest < 6 << 7) return found;
    auto least = _mm512_set1_epi16(static_cast<short>(found.rest - (5 << 7)));
    auto magnitude = _mm512_set1_epi16(0x7fff), rest = _mm512_setzero_si512();
    const auto none = found;
    for (ptrdiff_t k = 0; k < depth; k += 32) {
        auto line = _mm512_maskz_loadu_epi16(mask32(depth - k), row + k);
        auto bits = _mm512_and_si512(line, magnitude);
        auto far = _mm512_cmpge_epu16_mask(bits, least);
        if (found.count + __builtin_popcount(far) > Outliers::most) return none;
        rest = _mm512_max_epu16(rest, _mm512_maskz_mov_epi16(~far, bits));
        for (; far != 0; far &= far - 1) found.at[found.count++] = k + __builtin_ctz(far);
    }
    alignas(64) uint16_t all[32];
    _mm512_store_si512(all, rest);
    found.rest = *std::max_element(all, all + 32);
    return found;
}

CT_F16 void f16::pack_row(const BFloat *from, ptrdiff_t depth, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t k = 0; k < depth; k += lanes, to += panel_rows * lanes)
        _mm512_storeu_si512(to, line_of_halves(from + k, depth - k, factor));
}

CT_F16 void f16::pack_columns(TileView<const BFloat> from, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    ptrdiff_t k = 0;
    for (; k < from.rows; ++k)
        for (ptrdiff_t part = 0; part < panel_columns; part += 32)
            _mm512_storeu_si512(to + k * panel_columns + part,
                                line_of_halves(from.row(k) + part, from.cols - part, factor));
    std::fill(to + k * panel_columns, to + (k + lanes - 1) / lanes * lanes * panel_columns, Half{});
}

CT_F16 void f16::pack_transposed_columns(TileView<const BFloat> from, float scale, Half *to) {
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t k = 0; k < from.cols; k += lanes)
        for (ptrdiff_t part = 0; part < panel_columns; part += 32) {
            __m512i row[32];
            for (ptrdiff_t i = 0; i < 32; ++i)
                row[i] = part + i < from.rows
                             ? line_of_halves(from.row(part + i) + k, from.cols - k, factor)
                             : _mm512_setzero_si512();
            transpose_32x32(row);
            for (ptrdiff_t i = 0; i < 32; ++i)
                _mm512_storeu_si512(to + (k + i) * panel_columns + part, row[i]);
        }
}

CT_F16 float f16::load_rows(TileView<const BFloat> from, TileView<Half> to) {
    auto scale = power_of_two_scale(max_magnitude(from), 0);
    auto factor = _mm512_set1_ps(scale);
    for (ptrdiff_t row = 0; row < from.rows; ++row)
        for (ptrdiff_t i = 0; i < from.cols; i += 32) {
            auto line = line_of_halves(from.row(row) + i, from.cols - i, factor);
            _mm512_mask_storeu_epi16(to.row(row) + i, mask32(from.cols - i), line);
        }
    std::fill(to.row(from.rows), to.row(to.rows), Half{});
    return 1 / scale;
}

CT_F16 void f16::transpose(TileView<const Half> from, Half *to) {
    for (ptrdiff_t column = 0; column < from.cols; column += 32)
        for (ptrdiff_t first = 0; first < from.rows; first += 32) {
            __m512i row[32];
            for (ptrdiff_t i = 0; i < 32; ++i)
                row[i] = first + i < from.rows
                             ? _mm512_maskz_loadu_epi16(mask32(from.cols - column),
                                                        from.row(first + i) + column)
                             : _mm512_setzero_si512();
            transpose_32x32(row);
            for (ptrdiff_t i = 0; i < std::min<ptrdiff_t>(32, from.cols - column); ++i)
                _mm512_storeu_si512(to + (column + i) * 64 + first, row[i]);
        }
}
#endif
