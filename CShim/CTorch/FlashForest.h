// Private to the shim: attention over a packed forest on CUDA, by varlen flash attention.
#pragma once

#include <array>

#include "ForestAttentionTiles.h"

namespace ct {

/// One call of flash attention: all rectangles of a wave that are causal, or all that are not.
struct FlashCall {
    /// The rows of queries and keys that it reads, int64 on the device; undefined for all in order.
    at::Tensor rows, keys;
    /// Where each rectangle begins among them, and the end: int32 on the device.
    at::Tensor row_starts, key_starts;
    int64_t longest_rows, longest_keys;
    bool causal, merges;
};

/// Whether flash attention takes these: bfloat16 or float16 on a CUDA device from sm_80 on, heads of
/// a size that it has, and no causal rectangle with more queries than keys.
bool has_flash_attention(const at::Tensor &query, const AttentionWaves &waves);

std::vector<FlashCall> flash_calls(const AttentionWaves &waves, const at::Tensor &query,
                                   const at::Tensor &key);

/// The merged output [queries, heads, size] and log-sum-exp [heads, queries].
std::pair<at::Tensor, at::Tensor> flash_attention(const std::vector<FlashCall> &calls,
                                                  const at::Tensor &query, const at::Tensor &key,
                                                  const at::Tensor &value, double scale);

/// The gradients of query, key and value; `out` and `lse` are of all calls together (ring attention,
/// arXiv 2310.01889).
std::array<at::Tensor, 3> flash_attention_backward(const std::vector<FlashCall> &calls,
                                                   const at::Tensor &query, const at::Tensor &key,
                                                   const at::Tensor &value, double scale,
                                                   const at::Tensor &grad, const at::Tensor &out,
                                                   const at::Tensor &lse);

} // namespace ct
