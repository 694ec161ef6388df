// The small GEMM of attention: C[M x N] = alpha A[M x K] · B[K x N], or C += alpha A · B.
//
// A and C are row-major views. B is packed: panels of 64 columns, [K x 64] each, one after the
// other; in bfloat16 two rows of a panel are interleaved (the VNNI layout). C is float32, and so
// are sums, but for 32 products of float16. float32 and bfloat16 products are libtorch's brgemm;
// those of float16 are gemm/gemm_f16_kernels.h.
#pragma once

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <cmath>

#include "gemm/gemm_f16_kernels.h"
#include "support/element_types.h"
#include "support/tile_view.h"

namespace ct {

/// Rows and columns of a tile, and the step in which a last, shorter tile grows.
/// libtorch compiles one product for each size.
constexpr ptrdiff_t tile = 64, tile_step = 16;

inline ptrdiff_t padded(ptrdiff_t count) { return ceil_div(count, tile_step) * tile_step; }
inline ptrdiff_t tile_count(ptrdiff_t count) { return ceil_div(count, tile); }

/// Elements of a packed [depth x columns] matrix.
inline ptrdiff_t packed_size(ptrdiff_t depth, ptrdiff_t columns) {
    return tile_count(columns) * depth * tile;
}

/// A packed matrix of `depth` rows; a product reads the first K of them.
template <typename E> struct PackedView {
    const E *data;
    ptrdiff_t depth;

    /// From a multiple of 64 columns on.
    const E *panel(ptrdiff_t column) const { return data + column * depth; }
};

/// `alpha` scales float16 operands alone: those of the other types are not scaled.
inline void tile_gemm(float, TileView<const float> A, PackedView<float> B, TileView<float> C,
                      bool accumulate) {
    for (ptrdiff_t n = 0; n < C.cols; n += tile)
        at::native::cpublas::brgemm(C.rows, std::min(tile, C.cols - n), A.cols, A.ld, tile, C.ld,
                                    accumulate, A.data, B.panel(n), C.data + n, /*is_vnni=*/false);
}
inline void tile_gemm(float, TileView<const BFloat> A, PackedView<BFloat> B, TileView<float> C,
                      bool accumulate) {
    for (ptrdiff_t n = 0; n < C.cols; n += tile)
        at::native::cpublas::brgemm(C.rows, std::min(tile, C.cols - n), A.cols, A.ld, tile, C.ld,
                                    accumulate, reinterpret_cast<const at::BFloat16 *>(A.data),
                                    reinterpret_cast<const at::BFloat16 *>(B.panel(n)), C.data + n,
                                    /*is_vnni=*/true);
}

/// Packs B.
void pack(TileView<const float> B, float *to);
void pack(TileView<const BFloat> B, BFloat *to);

/// Packs the transpose of `from` [N x K], N at most 64.
void pack_transposed(TileView<const float> from, float *to);
void pack_transposed(TileView<const BFloat> from, BFloat *to);

/// Writes the transpose of `from` [rows x cols], rows at most 64, with rows of 64.
void transpose(TileView<const float> from, float *to);
void transpose(TileView<const BFloat> from, BFloat *to);

/// Copies the rows of `from`; further rows of `to` become zeros.
///
/// - Returns: what an element must be multiplied by to have its old value; 1 but for float16
template <typename E> float load_rows(TileView<const E> from, TileView<E> to) {
    for (ptrdiff_t i = 0; i < from.rows; ++i)
        std::memcpy(to.row(i), from.row(i), sizeof(E) * to.cols);
    std::memset(static_cast<void *>(to.row(from.rows)), 0,
                sizeof(E) * (to.rows - from.rows) * to.cols);
    return 1;
}

/// Ends what a thread's products have set up in the processor.
template <typename E> void release_gemm() {
    if constexpr (std::is_same_v<E, BFloat>) at::native::cpublas::brgemm_release();
}

/// The power of two that dS is multiplied by before it is rounded to E, given a bound of |dS|; 1
/// but for float16. There the bound becomes 2¹⁰: 32 products with magnitudes below 1 stay below
/// 2¹⁵.
template <typename E> float gradient_gain(float bound) {
    if constexpr (std::is_same_v<E, Half>)
        return bound > 0 && std::isfinite(bound)
                   ? std::ldexp(1.0f, std::clamp(10 - std::ilogb(bound) - 1, -100, 100))
                   : 1;
    return 1;
}

#if CT_HAS_F16_KERNELS
inline void tile_gemm(float alpha, TileView<const Half> A, PackedView<Half> B, TileView<float> C,
                      bool accumulate) {
    if (!accumulate)
        for (ptrdiff_t i = 0; i < C.rows; ++i) std::fill_n(C.row(i), C.cols, 0.0f);
    for (ptrdiff_t n = 0; n < C.cols; n += tile)
        f16::gemm_tile(alpha, A, B.panel(n),
                       {C.data + n, C.rows, std::min(tile, C.cols - n), C.ld});
}
void pack(TileView<const Half> B, Half *to);
inline void pack_transposed(TileView<const Half> from, Half *to) { f16::transpose(from, to); }
inline void transpose(TileView<const Half> from, Half *to) { f16::transpose(from, to); }
inline float load_rows(TileView<const BFloat> from, TileView<Half> to) {
    return f16::load_rows(from, to);
}
#endif

} // namespace ct
