// Attention as compositions of library operations: the reference of every faster path, and what runs
// where none of them takes the tensors.
#pragma once

#include <array>
#include <utility>

#include "attention/attention_flash_varlen.h"
#include "support/guard.h"

namespace ct {

/// Views of a block's rows as the library takes them: [keyHeads, group, rows, headSize].
struct BlockView {
    const ct_attention_block &block;
    ptrdiff_t key_heads, group;

    /// Of queries, outputs [tokens, heads, headSize] and log-sum-exps [tokens, heads].
    at::Tensor query(const at::Tensor &all) const;
    /// The heads of a group share a key head: their stride is 0.
    at::Tensor key(const at::Tensor &all) const;

  private:
    at::Tensor view(const at::Tensor &all, ptrdiff_t start, ptrdiff_t rows, ptrdiff_t key_head,
                    ptrdiff_t head) const;
};

/// Output and log-sum-exp (float32 or float64) of one block; unless `reference`, by libtorch's flash
/// attention for the CPU.
std::pair<at::Tensor, at::Tensor> compose(const at::Tensor &q, const at::Tensor &k,
                                          const at::Tensor &v, bool causal, double scale,
                                          bool reference);

/// Gradients of one block's queries, keys and values, given the merged output and log-sum-exp.
std::array<at::Tensor, 3> compose_backward(const at::Tensor &dO, const at::Tensor &q,
                                           const at::Tensor &k, const at::Tensor &v,
                                           const at::Tensor &out, const at::Tensor &lse,
                                           bool causal, double scale, bool reference);

/// What libtorch's varlen flash attention gives for a call, sequence by sequence: output
/// [rows, heads, size] and log-sum-exp [heads, rows]. On any device, of any type.
std::pair<at::Tensor, at::Tensor> compose_varlen(const FlashCall &call, const at::Tensor &query,
                                                 const at::Tensor &key, const at::Tensor &value,
                                                 double scale);

/// The gradients of its backward pass.
std::array<at::Tensor, 3> compose_varlen_backward(const FlashCall &call, const at::Tensor &dO,
                                                  const at::Tensor &query, const at::Tensor &key,
                                                  const at::Tensor &value, const at::Tensor &out,
                                                  const at::Tensor &lse, double scale);

} // namespace ct
