// Attention on the CPU, one rectangle of query and key rows at a time, tile by tile:
//   O = softmax(Q Kᵀ · scale) V,   lse = log Σ exp(Q Kᵀ · scale) by row.
// The forward pass is FlashAttention-2's (Dao, arXiv 2307.08691, algorithm 1), the backward pass
// its algorithm 2. Rectangles of one row are merged by log-sum-exp, as in ring attention (Liu et
// al., arXiv 2310.01889). Sums are float32.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace ct {

/// Query rows `query_start` ..< + `query_count` attend to key rows `key_start` ..< + `key_count`.
struct AttentionRectangle {
    ptrdiff_t query_start, query_count, key_start, key_count;
    /// Whether the i-th query sees the first i + 1 keys alone.
    bool causal;
    /// Whether its rows already have a value from an earlier rectangle.
    bool merges;
    /// Whether its few rows are computed one by one (attention_decode.h).
    bool row_wise = false;
};

/// Rectangles by wave: those of one wave have no query row in common.
using AttentionWaves = std::vector<std::vector<AttentionRectangle>>;

/// Whether the tiles take these tensors: float32 or bfloat16 on the CPU.
bool has_attention_tiles(const at::Tensor &query);

/// Writes `out` [queries, heads, size] and `lse` [queries, heads], both float32.
///
/// `query` is [queries, heads, size]; `key` and `value` are [keys, keyHeads, size]; all are
/// contiguous. Rectangles that merge find in `out` and `lse` what earlier ones left.
void attention_tiles(const AttentionWaves &waves, const at::Tensor &query, const at::Tensor &key,
                     const at::Tensor &value, double scale, const at::Tensor &out,
                     const at::Tensor &lse);

/// Adds to the float32 gradients `dQ`, `dK`, `dV`; an undefined one is not computed.
///
/// `dO` and `out` have the query's type, `lse` is float32; `out` and `lse` are those of all
/// rectangles.
void attention_tiles_backward(const AttentionWaves &waves, const at::Tensor &query,
                              const at::Tensor &key, const at::Tensor &value, double scale,
                              const at::Tensor &dO, const at::Tensor &out, const at::Tensor &lse,
                              const at::Tensor &dQ, const at::Tensor &dK, const at::Tensor &dV);

} // namespace ct
