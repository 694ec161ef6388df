// Attention over a packed forest on CUDA: O = softmax(Q Kᵀ · scale) V by libtorch's varlen flash
// attention (Dao, arXiv 2307.08691). Each wave of rectangles is one or two calls; their results are
// merged by log-sum-exp, as in ring attention (Liu et al., arXiv 2310.01889).
#pragma once

#include <array>

#include "attention/attention_tiled.h"

namespace ct {

/// One call: all rectangles of a wave that are causal, or all that are not. Each is a sequence.
struct FlashCall {
    /// The rows of queries and keys that it reads, int64 on the device; undefined where they are all
    /// in order, but for the queries of a call that merges. Without gradients keys are read where
    /// they lie.
    at::Tensor query_rows, key_rows;
    bool all_queries, all_keys;
    /// Whether no key row is read twice.
    bool distinct_keys;
    /// Where each sequence begins among the rows, and the end: int32 on the device.
    at::Tensor cu_seqlens_q, cu_seqlens_k;
    /// The lengths of the key sequences, which may lie anywhere: int32 on the device; undefined with
    /// gradients.
    at::Tensor seqused_k;
    int64_t max_seqlen_q, max_seqlen_k;
    bool causal, merges;
    /// Whether each (query row, key head) is a sequence of its own: all rectangles have one row, and
    /// the cache is head-major. The query heads of a key head then read its keys once.
    bool packs = false;
    /// Whether library operations compute it, in place of flash attention.
    bool composed = false;
};

/// Whether flash attention takes the tensors: bfloat16 or float16 on a CUDA device from sm_80 on,
/// heads of at most 256 elements, a multiple of 8.
bool has_flash_attention(const at::Tensor &query);

/// Whether its calls can be made of these: no causal rectangle has more queries than keys.
bool are_flash_calls(const AttentionWaves &waves);

/// The calls for the tensors' shapes and layouts; the backward pass takes those `with_gradient`.
std::vector<FlashCall> flash_calls(const AttentionWaves &waves, const at::Tensor &query,
                                   const at::Tensor &key, bool with_gradient, bool composed);

/// The merged output [queries, heads, size] and log-sum-exp [heads, queries]. Without gradients
/// `key` and `value` need no order but for contiguous heads: a head-major cache is taken as it is.
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
