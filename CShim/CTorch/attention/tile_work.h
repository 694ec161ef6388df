// What the forward and the backward pass over tiles share: work items and operands.
#pragma once

#include "attention/attention_tiled.h"
#include "attention/tile_gemm.h"
#include "support/scratch.h"

namespace ct {

/// A run of query rows of a rectangle at one key head; one thread computes it.
struct WorkItem {
    const AttentionRectangle *rectangle;
    ptrdiff_t key_head, first, count;

    /// Keys that its rows see.
    ptrdiff_t keys() const {
        return rectangle->causal ? std::min(first + count, rectangle->key_count)
                                 : rectangle->key_count;
    }
};

/// Q, K and V of stored type T, and where their rows lie.
template <typename T> struct Operands {
    const T *Q, *K, *V;
    /// Query heads, key heads, elements of a head, query heads that share a key head.
    ptrdiff_t heads, key_heads, size, group;
    float scale;

    Operands(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, double scale)
        : Q(elements<T>(query)), K(elements<T>(key)), V(elements<T>(value)), heads(query.size(1)),
          key_heads(key.size(1)), size(query.size(2)), group(heads / key_heads),
          scale(static_cast<float>(scale)) {}

    /// Rows of a [queries, heads, size] array at one head.
    template <typename U>
    TileView<U> queries(U *all, ptrdiff_t row, ptrdiff_t head, ptrdiff_t count) const {
        return {all + (row * heads + head) * size, count, size, heads * size};
    }
    /// Rows of a [keys, keyHeads, size] array at one key head.
    template <typename U>
    TileView<U> keys(U *all, ptrdiff_t row, ptrdiff_t key_head, ptrdiff_t count) const {
        return {all + (row * key_heads + key_head) * size, count, size, key_heads * size};
    }
};

/// Writes the item's rows of `out` and `lse`; computes with elements E.
template <typename E, typename T>
void forward_tiles(const WorkItem &item, const Operands<T> &x, float *out, float *lse);

/// The arrays of one backward pass; a null gradient is not computed.
template <typename T> struct BackwardArrays {
    const T *dO, *O;
    const float *lse;
    float *dQ;
};

/// Adds the item's part of dQ where it belongs, and its parts of dK and dV to `dK_part` and
/// `dV_part`, [key tiles · 64, size], for the caller to sum.
template <typename E, typename T>
void backward_tiles(const WorkItem &item, const Operands<T> &x, const BackwardArrays<T> &arrays,
                    float *dK_part, float *dV_part);

/// Instantiates a template for each computed type and the type that it is stored in.
#if CT_HAS_F16_KERNELS
#define CT_FOR_TILE_TYPES(function)                                                                \
    function(float, float) function(BFloat, BFloat) function(Half, BFloat)
#else
#define CT_FOR_TILE_TYPES(function) function(float, float) function(BFloat, BFloat)
#endif

} // namespace ct
