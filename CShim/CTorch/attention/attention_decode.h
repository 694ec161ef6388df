// Attention of one query row, as decoding needs it, for all heads that share a key head:
//   o = softmax(q Kᵀ · scale) V,   lse = log Σ exp(q Kᵀ · scale).
#pragma once

#include "support/element_types.h"
#include "support/tile_view.h"

namespace ct {

/// One query row of the heads that share a key head, and the keys that it sees.
template <typename T> struct DecodeRow {
    /// Q is [heads x size]; K and V are [keys x size], where they are stored.
    TileView<const T> Q, K, V;
    float scale;
    /// Whether `out` and `lse` hold the result for earlier keys, to be merged with this one.
    bool merges;
};

/// Writes `out` [heads, size] and `lse` [heads]; sums are float32.
void attention_decode(const DecodeRow<BFloat> &row, float *out, float *lse);
void attention_decode(const DecodeRow<float> &row, float *out, float *lse);

} // namespace ct
