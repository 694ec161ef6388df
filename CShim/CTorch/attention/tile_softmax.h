// Softmax of a tile of scores, forward and backward.
#pragma once

#include <algorithm>

#include "support/element_types.h"
#include "support/tile_view.h"

namespace ct {

/// Which of a tile's keys its queries see.
struct TileMask {
    /// Keys of the tile; those up to a multiple of `tile_step` are padding, always masked.
    ptrdiff_t keys;
    bool causal;
    /// Where causal, query i sees key j when j <= i + offset.
    ptrdiff_t offset;

    /// Query i sees keys 0 ..< visible_keys(i).
    ptrdiff_t visible_keys(ptrdiff_t i) const {
        return causal ? std::clamp<ptrdiff_t>(i + offset + 1, 0, keys) : keys;
    }
    /// Key j is seen by queries first_query(j) ..< queries.
    ptrdiff_t first_query(ptrdiff_t j, ptrdiff_t queries) const {
        if (j >= keys) return queries;
        return causal ? std::clamp<ptrdiff_t>(j - offset, 0, queries) : 0;
    }
};

/// The state of online softmax by row: the running maximum m, the running sum l = Σ exp(S - m), and
/// the output before its division by l, O_acc = Σ exp(S - m) V.
struct SoftmaxState {
    float *m, *l;
    TileView<float> O_acc;
};

/// Online softmax (FlashAttention-2, algorithm 1, lines 9 and 10) of the scores S [queries x keys]:
///   m' = max(m, max S · scale),   P = exp(S · scale - m'),
///   l' = l exp(m - m') + Σ P,     O_acc' = O_acc exp(m - m').
/// Masked entries of P are 0. P is rounded to its type; l sums the values before that.
void online_softmax(TileView<const float> S, TileMask mask, float scale, TileView<float> P,
                    SoftmaxState state);
void online_softmax(TileView<const float> S, TileMask mask, float scale, TileView<BFloat> P,
                    SoftmaxState state);
void online_softmax(TileView<const float> S, TileMask mask, float scale, TileView<Half> P,
                    SoftmaxState state);

/// By query, what the backward pass needs: log-sum-exp, and D = Σ dO ∘ O.
struct RowStatistics {
    const float *lse, *D;
};

/// The backward pass of softmax (FlashAttention-2, algorithm 2, lines 11 and 14); all tiles are
/// transposed, [keys x queries]:
///   P = exp(S · scale - lse),   dS = P ∘ (dP - D) · gain.
/// Masked entries of P and dS are 0. `gain` is `scale`, times what keeps dS in its type's range.
void softmax_backward(TileView<const float> S, TileView<const float> dP, TileMask mask, float scale,
                      float gain, RowStatistics rows, TileView<float> P, TileView<float> dS);
void softmax_backward(TileView<const float> S, TileView<const float> dP, TileMask mask, float scale,
                      float gain, RowStatistics rows, TileView<BFloat> P, TileView<BFloat> dS);
void softmax_backward(TileView<const float> S, TileView<const float> dP, TileMask mask, float scale,
                      float gain, RowStatistics rows, TileView<Half> P, TileView<Half> dS);

} // namespace ct
