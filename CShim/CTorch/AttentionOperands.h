// Private to the shim: small matrices in the form that libtorch's small-matrix kernels take.
#pragma once

#include <ATen/native/CPUBlas.h>

#include <algorithm>

#include "HalfKernels.h"
#include "Vectors.h"

namespace ct {

/// Rows and columns of a tile, and the step in which a last, shorter tile grows; one product is
/// compiled for each size.
constexpr ptrdiff_t tile = 64, tile_step = 16;

CT_INLINE ptrdiff_t padded(ptrdiff_t count) {
    return (count + tile_step - 1) / tile_step * tile_step;
}
CT_INLINE ptrdiff_t tiles(ptrdiff_t count) { return (count + tile - 1) / tile; }

/// Elements of a right operand [depth, columns]: runs of 64 columns, one behind the other; in
/// bfloat16 two rows interleaved (the VNNI form).
CT_INLINE ptrdiff_t right_size(ptrdiff_t depth, ptrdiff_t columns) {
    return tiles(columns) * depth * tile;
}

/// c [m, n] = (or, when `adds`, +=) a [m, k] · b [k, n]; `b` is a right operand of `depth` rows, of
/// which k are used. Of float16 operands the product is multiplied by `factor`; those of the other
/// types are not scaled.
inline void product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool adds, float, const float *a,
                    ptrdiff_t a_row, const float *b, ptrdiff_t depth, float *c, ptrdiff_t c_row) {
    for (ptrdiff_t first = 0; first < n; first += tile)
        at::native::cpublas::brgemm(m, std::min(tile, n - first), k, a_row, tile, c_row, adds, a,
                                    b + first * depth, c + first, /*is_vnni=*/false);
}
inline void product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool adds, float, const BFloat *a,
                    ptrdiff_t a_row, const BFloat *b, ptrdiff_t depth, float *c, ptrdiff_t c_row) {
    for (ptrdiff_t first = 0; first < n; first += tile)
        at::native::cpublas::brgemm(m, std::min(tile, n - first), k, a_row, tile, c_row, adds,
                                    reinterpret_cast<const at::BFloat16 *>(a),
                                    reinterpret_cast<const at::BFloat16 *>(b + first * depth),
                                    c + first, /*is_vnni=*/true);
}

inline void product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool adds, float factor, const Half *a,
                    ptrdiff_t a_row, const Half *b, ptrdiff_t depth, float *c, ptrdiff_t c_row) {
    if (!adds)
        for (ptrdiff_t row = 0; row < m; ++row) std::fill_n(c + row * c_row, n, 0.0f);
    for (ptrdiff_t first = 0; first < n; first += tile)
        half::add_small_product(m, std::min(tile, n - first), k, factor, a, a_row,
                                b + first * depth, c + first, c_row);
}

/// to[j, i] = from[i, j] for elements of 32 bits.
CT_INLINE void transpose_words(const float *from, ptrdiff_t rows, ptrdiff_t columns,
                               ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
    using Four = float __attribute__((vector_size(16), aligned(4)));
    ptrdiff_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        ptrdiff_t j = 0;
        for (; j + 4 <= columns; j += 4) {
            Four a, b, c, d;
            std::memcpy(&a, from + i * from_row + j, sizeof a);
            std::memcpy(&b, from + (i + 1) * from_row + j, sizeof b);
            std::memcpy(&c, from + (i + 2) * from_row + j, sizeof c);
            std::memcpy(&d, from + (i + 3) * from_row + j, sizeof d);
            Four ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                 ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5),
                 cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            Four out[4] = {__builtin_shufflevector(ab0, cd0, 0, 1, 4, 5),
                           __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7),
                           __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5),
                           __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7)};
            for (ptrdiff_t k = 0; k < 4; ++k)
                std::memcpy(to + (j + k) * to_row + i, &out[k], sizeof out[k]);
        }
        for (; j < columns; ++j)
            for (ptrdiff_t k = 0; k < 4; ++k) to[j * to_row + i + k] = from[(i + k) * from_row + j];
    }
    for (; i < rows; ++i)
        for (ptrdiff_t j = 0; j < columns; ++j) to[j * to_row + i] = from[i * from_row + j];
}

/// The transpose of `from` [rows, width] as it stands, rows of `tile`.
CT_INLINE void transpose_rows(const float *from, ptrdiff_t rows, ptrdiff_t width, float *to) {
    transpose_words(from, rows, width, width, to, tile);
}
CT_INLINE void transpose_rows(const BFloat *from, ptrdiff_t rows, ptrdiff_t width, BFloat *to) {
    for (ptrdiff_t j = 0; j < width; ++j)
        for (ptrdiff_t i = 0; i < rows; ++i) to[j * tile + i] = from[i * width + j];
}

/// The transpose of `from` [rows, width], rows at most a tile, as a right operand [width, rows].
CT_INLINE void pack_transposed(const float *from, ptrdiff_t rows, ptrdiff_t width, float *to) {
    transpose_words(from, rows, width, width, to, tile);
}
CT_INLINE void pack_transposed(const BFloat *from, ptrdiff_t rows, ptrdiff_t width, BFloat *to) {
    // Two neighbours of a row are what the interleaved form keeps together: one word.
    transpose_words(reinterpret_cast<const float *>(from), rows, width / 2, width / 2,
                    reinterpret_cast<float *>(to), tile);
}

/// `from` [depth, columns] with rows of `from_row` as a right operand.
template <typename E>
CT_INLINE void pack_rows(const E *from, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t from_row,
                         E *to) {
    for (ptrdiff_t first = 0; first < columns; first += tile) {
        auto count = std::min(tile, columns - first);
        for (ptrdiff_t i = 0; i < depth; ++i)
            for (ptrdiff_t j = 0; j < count; ++j)
                to[first * depth + i * tile + j] = from[i * from_row + first + j];
    }
}
CT_INLINE void pack_rows(const BFloat *from, ptrdiff_t depth, ptrdiff_t columns,
                         ptrdiff_t from_row, BFloat *to) {
    for (ptrdiff_t first = 0; first < columns; first += tile) {
        auto count = std::min(tile, columns - first);
        for (ptrdiff_t i = 0; i < depth; i += 2) {
            const BFloat *above = from + i * from_row + first, *below = above + from_row;
            BFloat *out = to + first * depth + i * tile;
            for (ptrdiff_t j = 0; j < count; ++j) {
                out[2 * j] = above[j];
                out[2 * j + 1] = below[j];
            }
        }
    }
}

/// Rows of a [rows, heads, size] tensor at one head; the rest up to `padding` rows is zero.
///
/// - Returns: what an element is to be multiplied by to be as it was; 1 but for float16
template <typename E>
CT_INLINE float take_rows(const E *from, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padding,
                          ptrdiff_t size, E *to) {
    for (ptrdiff_t row = 0; row < count; ++row)
        std::memcpy(to + row * size, from + row * stride, sizeof(E) * size);
    std::memset(static_cast<void *>(to + count * size), 0, sizeof(E) * (padding - count) * size);
    return 1;
}
inline float take_rows(const BFloat *from, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padding,
                       ptrdiff_t size, Half *to) {
    return half::take_rows(from, stride, count, padding, size, to);
}

/// The power of two that the gradients of scores are multiplied by in float16: what they are bounded
/// by is brought to 2¹⁰, so that 32 products with magnitudes below 1 stay below 2¹⁵.
template <typename E> inline float room_for(float bound) {
    if constexpr (std::is_same_v<E, Half>)
        return bound > 0 && std::isfinite(bound)
                   ? std::ldexp(1.0f, std::clamp(10 - std::ilogb(bound) - 1, -100, 100))
                   : 1;
    return 1;
}

} // namespace ct
