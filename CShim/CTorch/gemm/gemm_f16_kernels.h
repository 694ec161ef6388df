// Float16 kernels in AVX-512 FP16 instructions: C[M x N] += alpha A[M x K] · B[K x N], and the
// packing of bfloat16 matrices into float16 operands. Sums of 32 products are float16, those are
// summed in float32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gemm/avx512.h"
#include "support/element_types.h"
#include "support/tile_view.h"

#if CT_HAS_F16_KERNELS
namespace ct::f16 {

/// Rows of C that one kernel holds in registers, and columns.
constexpr ptrdiff_t panel_rows = 14, panel_columns = 64;
/// Values of a cache line, and products that are summed in float16. K is padded with zeros to a
/// multiple.
constexpr ptrdiff_t lanes = 32;

/// The largest magnitude of a matrix, as bits of a bfloat16; that of a NaN is above all others.
uint16_t max_magnitude(TileView<const BFloat> x);

/// The power of two that brings the magnitude into 2ⁿ⁻¹ ..< 2ⁿ; 1 for zero, infinity and NaN. With
/// n = 5, 32 products of two such stay below 2¹⁵.
float power_of_two_scale(uint16_t magnitude, int n = 5);

/// The few values of a row of A that are far above its others: a float16 sum that holds their
/// product would lose those of the others (massive activations; Sun et al., arXiv 2402.17762). As in
/// LLM.int8 (Dettmers et al., arXiv 2208.07339) their products are float32.
struct Outliers {
    static constexpr ptrdiff_t most = 8;
    ptrdiff_t count = 0;
    ptrdiff_t at[most];
    /// The largest magnitude of the other values, as bits of a bfloat16.
    uint16_t rest;
};

/// The values within 2⁻⁵ of the largest, where they are at most eight.
Outliers find_outliers(const BFloat *row, ptrdiff_t depth);

/// Writes a row of A, times `scale`, into its panel [K / 32][14][32].
void pack_row(const BFloat *from, ptrdiff_t depth, float scale, Half *to);

/// Writes `from` [K x N], N at most 64, times `scale`, into a panel [K padded][64].
void pack_columns(TileView<const BFloat> from, float scale, Half *to);

/// Writes the transpose of `from` [N x K], N at most 64, times `scale`, into a panel [K
/// padded][64].
void pack_transposed_columns(TileView<const BFloat> from, float scale, Half *to);

/// C[M x 64] += A · B of packed panels; M is at most 14, K is 32 · `blocks`.
void gemm_panel(const Half *A, const Half *B, TileView<float> C, ptrdiff_t blocks);

/// Whether `gemm_tile` takes operands A whose rows are as far apart.
constexpr bool has_gemm_tile(ptrdiff_t ld) { return ld == 64 || ld == 128; }

/// C[M x N] += alpha A[M x K] · B[K x N], N at most 64. Rows of A are 64 or 128 apart, those of B
/// 64; columns of B from N on are read but not used.
void gemm_tile(float alpha, TileView<const Half> A, const Half *B, TileView<float> C);

/// Converts rows to float16, scaled by a power of two to magnitudes below 1. Further rows of `to`
/// are 0.
///
/// - Returns: what a value must be multiplied by to have its old value
float load_rows(TileView<const BFloat> from, TileView<Half> to);

/// Writes the transpose of `from` [rows x cols], rows at most 64, with rows of 64.
void transpose(TileView<const Half> from, Half *to);

/// to = sums / (row_scale · column_scale) + bias, rounded to bfloat16; a null bias is 0.
void unscale(const float *sums, float row_scale, float column_scale, const float *bias, BFloat *to,
             ptrdiff_t count);

} // namespace ct::f16
#endif
