// Private to the shim: attention of one rectangle at a time, tile by tile, in float32.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace ct {

/// Query rows `query_start` ..< + `query_count` attend to key rows `key_start` ..< + `key_count`;
/// when `causal`, the i-th query only to the first i + 1 keys.
struct AttentionRectangle {
    ptrdiff_t query_start, query_count, key_start, key_count;
    bool causal;
    /// Whether its rows already have a value from an earlier rectangle.
    bool merges;
    /// Whether its few rows are computed one by one.
    bool row_wise = false;
};

/// Rectangles by wave: those of one wave have no query row in common.
using AttentionWaves = std::vector<std::vector<AttentionRectangle>>;

/// Whether the tiles take these tensors: float32 or bfloat16 on the CPU.
bool has_attention_tiles(const at::Tensor &query);

/// `query` [queries, heads, size], `key`, `value` [keys, keyHeads, size], all contiguous.
/// `out` [queries, heads, size] and `lse` [queries, heads] are float32; rectangles that merge find
/// there what earlier ones left.
void attention_tiles(const AttentionWaves &waves, const at::Tensor &query, const at::Tensor &key,
                     const at::Tensor &value, double scale, const at::Tensor &out,
                     const at::Tensor &lse);

/// Adds to the float32 gradients `grad_query`, `grad_key`, `grad_value`; those that are undefined are
/// not wanted. `grad` and `out` are of the query's type, `lse` float32; both are of all rectangles
/// together (ring attention, arXiv 2310.01889).
void attention_tiles_backward(const AttentionWaves &waves, const at::Tensor &query,
                              const at::Tensor &key, const at::Tensor &value, double scale,
                              const at::Tensor &grad, const at::Tensor &out, const at::Tensor &lse,
                              const at::Tensor &grad_query, const at::Tensor &grad_key,
                              const at::Tensor &grad_value);

} // namespace ct
