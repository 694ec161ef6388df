// Packing of tiles into the layout that tile_gemm.h describes. Values are moved, never changed.
#include "attention/tile_gemm.h"

using namespace ct;

namespace {

/// to[j, i] = from[i, j] for elements of 32 bits, in blocks of four by four.
CT_INLINE void transpose_words(TileView<const float> from, float *to) {
    using Four = float __attribute__((vector_size(16), aligned(4)));
    ptrdiff_t i = 0;
    for (; i + 4 <= from.rows; i += 4) {
        ptrdiff_t j = 0;
        for (; j + 4 <= from.cols; j += 4) {
            Four a, b, c, d;
            std::memcpy(&a, from.row(i) + j, sizeof a);
            std::memcpy(&b, from.row(i + 1) + j, sizeof b);
            std::memcpy(&c, from.row(i + 2) + j, sizeof c);
            std::memcpy(&d, from.row(i + 3) + j, sizeof d);
            Four ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                 ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5),
                 cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            Four out[4] = {__builtin_shufflevector(ab0, cd0, 0, 1, 4, 5),
                           __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7),
                           __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5),
                           __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7)};
            for (ptrdiff_t k = 0; k < 4; ++k)
                std::memcpy(to + (j + k) * tile + i, &out[k], sizeof out[k]);
        }
        for (; j < from.cols; ++j)
            for (ptrdiff_t k = 0; k < 4; ++k) to[j * tile + i + k] = from.row(i + k)[j];
    }
    for (; i < from.rows; ++i)
        for (ptrdiff_t j = 0; j < from.cols; ++j) to[j * tile + i] = from.row(i)[j];
}

CT_INLINE void transpose_rows(TileView<const float> from, float *to) { transpose_words(from, to); }
CT_INLINE void transpose_rows(TileView<const BFloat> from, BFloat *to) {
    for (ptrdiff_t j = 0; j < from.cols; ++j)
        for (ptrdiff_t i = 0; i < from.rows; ++i) to[j * tile + i] = from.row(i)[j];
}

CT_INLINE void pack_columns(TileView<const float> from, float *to) { transpose_words(from, to); }
CT_INLINE void pack_columns(TileView<const BFloat> from, BFloat *to) {
    // Two neighbours of a row are what the interleaved layout keeps together: one word.
    transpose_words(
        {reinterpret_cast<const float *>(from.data), from.rows, from.cols / 2, from.ld / 2},
        reinterpret_cast<float *>(to));
}

template <typename E> CT_INLINE void pack_rows(TileView<const E> B, E *to) {
    for (ptrdiff_t n = 0; n < B.cols; n += tile) {
        auto count = std::min(tile, B.cols - n);
        for (ptrdiff_t k = 0; k < B.rows; ++k)
            for (ptrdiff_t j = 0; j < count; ++j) to[n * B.rows + k * tile + j] = B.row(k)[n + j];
    }
}
CT_INLINE void pack_rows(TileView<const BFloat> B, BFloat *to) {
    for (ptrdiff_t n = 0; n < B.cols; n += tile) {
        auto count = std::min(tile, B.cols - n);
        for (ptrdiff_t k = 0; k < B.rows; k += 2) {
            const BFloat *above = B.row(k) + n, *below = above + B.ld;
            BFloat *out = to + n * B.rows + k * tile;
            for (ptrdiff_t j = 0; j < count; ++j) {
                out[2 * j] = above[j];
                out[2 * j + 1] = below[j];
            }
        }
    }
}

} // namespace

CT_VECTORIZED void ct::pack(TileView<const float> B, float *to) { pack_rows(B, to); }
CT_VECTORIZED void ct::pack(TileView<const BFloat> B, BFloat *to) { pack_rows(B, to); }
CT_VECTORIZED void ct::pack_transposed(TileView<const float> from, float *to) {
    pack_columns(from, to);
}
CT_VECTORIZED void ct::pack_transposed(TileView<const BFloat> from, BFloat *to) {
    pack_columns(from, to);
}
CT_VECTORIZED void ct::transpose(TileView<const float> from, float *to) {
    transpose_rows(from, to);
}
CT_VECTORIZED void ct::transpose(TileView<const BFloat> from, BFloat *to) {
    transpose_rows(from, to);
}
#if CT_HAS_F16_KERNELS
CT_VECTORIZED void ct::pack(TileView<const Half> B, Half *to) { pack_rows(B, to); }
#endif
