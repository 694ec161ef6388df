// Attention over a packed forest on CUDA: O = softmax(Q Kᵀ · scale) V by libtorch's varlen flash
// attention (Dao, arXiv 2307.08691). Each wave of rectangles is one or two calls; their results are
// merged by log-sum-exp, as in ring attention (Liu et al., arXiv 2310.01889).
#pragma once

#include <array>

#include "attention/attention_tiled.h"

namespace ct {

/// One call: all rectangles of a wave that are causal, or all that are not. Each is a sequence.
struct FlashCall {
    /// The rows of queries and keys that it reads, int64 on the device; undefined for all in order.
    at::Tensor query_rows, key_rows;
    /// Where each sequence begins among them, and the end: int32 on the device.
    at::Tensor cu_seqlens_q, cu_seqlens_k;
    int64_t max_seqlen_q, max_seqlen_k;
    bool causal, merges;
};

/// Whether flash attention takes these: bfloat16 or float16 on a CUDA device from sm_80 on, heads
/// of at most 256 elements, a multiple of 8, and no causal rectangle with more queries than keys.
bool has_flash_attention(const at::Tensor &query, const AttentionWaves &waves);

std::vector<FlashCall> flash_calls(const AttentionWaves &waves, const at::Tensor &query,
                                   const at::Tensor &key);

/// The merged output [queries, heads, size] and log-sum-exp [heads, queries].
std::pair<at::Tensor, at::Tensor> flash_attention(const std::vector<FlashCall> &calls,
                                                  const at::Tensor &query, const at::Tensor &key,
                                                  const at::Tensor &value, double scale);

/// The gradients of query, key and value; `out` and `lse` are those of all calls together.
std::array<at::Tensor, 3> flash_attention_backward(const std::vector<FlashCall> &calls,
                                                   const at::Tensor &query, const at::Tensor &key,
                                                   const at::Tensor &value, double scale,
                                                   const at::Tensor &dO, const at::Tensor &out,
                                                   const at::Tensor &lse);

} // namespace ct
