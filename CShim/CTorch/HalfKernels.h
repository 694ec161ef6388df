// Private to the shim: loops of float16 products, in AVX-512 FP16 instructions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "Vectors.h"

namespace ct::half {

/// Rows of the result that one kernel holds in registers, and columns.
constexpr ptrdiff_t panel_rows = 14, panel_columns = 64;
/// Depth is padded with zeros to a multiple of this: the values of one cache line, and the products
/// that are summed in float16.
constexpr ptrdiff_t lanes = 32;

/// The largest magnitude of a matrix, as bits of a bfloat16; that of a NaN is above all others.
uint16_t largest(const BFloat *from, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride);

/// The power of two that brings the magnitude into 2ⁿ⁻¹ ..< 2ⁿ; 1 for zero, infinity and NaN. With
/// n = 5, 32 products of two such stay below 2¹⁵.
float scale_of(uint16_t largest, int n = 5);

/// Writes one row of x into its panel [depth / 32][14][32], as float16.
void pack_row(const BFloat *from, ptrdiff_t depth, float scale, Half *to);

/// Writes [depth, columns] into a panel [depth padded][64], as float16.
void pack_columns(const BFloat *from, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t stride,
                  float scale, Half *to);

/// Writes the transpose of [columns, depth] into a panel [depth padded][64], as float16.
void pack_turned_columns(const BFloat *from, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t stride,
                         float scale, Half *to);

/// sums[rows][64] += panel of rows · panel of columns, over `blocks` times 32 of depth.
void add_products(const Half *rows_panel, const Half *columns_panel, float *sums, ptrdiff_t rows,
                  ptrdiff_t blocks);

/// Whether `add_small_product` takes left operands whose rows are as far apart.
constexpr bool has_small_products(ptrdiff_t row_stride) {
    return row_stride == 64 || row_stride == 128;
}

/// c [m, n] += factor · left [m, k] · right [k, n], n at most 64. Rows of `left` are 64 or 128 apart,
/// those of `right` 64, of which what lies behind n is read but not used.
void add_small_product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float factor, const Half *left,
                       ptrdiff_t left_stride, const Half *right, float *c, ptrdiff_t c_stride);

/// Brings `count` rows of bfloat16 into float16, scaled by a power of two to magnitudes below 1; rows
/// up to `padding` become zeros.
///
/// - Returns: what a value is to be multiplied by to be as it was
float take_rows(const BFloat *from, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padding,
                ptrdiff_t size, Half *to);

/// The transpose of `from` [rows, width], whose rows are `width` apart; those of `to` are 64.
void turn(const Half *from, ptrdiff_t rows, ptrdiff_t width, Half *to);

/// to = sums / the scales + bias, rounded to bfloat16; a null bias adds nothing.
void narrow(const float *sums, float row_scale, float column_scale, const float *bias, BFloat *to,
            ptrdiff_t count);

} // namespace ct::half
