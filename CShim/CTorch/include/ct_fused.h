/// Fused operations of the model and of training.
#ifndef CT_FUSED_H
#define CT_FUSED_H
#include "ct_contract.h"
CT_BEGIN

/// `x` / sqrt(mean(x²) + `epsilon`) over the last axis in float32, rounded to x's type, then times
/// `weight` (the order of transformers' Qwen2RMSNorm).
CT_CHECKED ct_status ct_rms_norm(ct_tensor x, ct_tensor weight, double epsilon, ct_tensor *out);

/// The sum `x` + `delta`, and the same of that sum: one pass over memory for both.
CT_CHECKED ct_status ct_add_rms_norm(ct_tensor x, ct_tensor delta, ct_tensor weight, double epsilon,
                                     ct_tensor *out_sum, ct_tensor *out_normed);

/// `input` · `weight`ᵀ + `bias` + `scale` · `input` · `a`ᵀ · `b`ᵀ: a linear layer with a low-rank
/// update (LoRA; Hu et al., arXiv 2106.09685). `input` [rows, in], `weight` [out, in].
///
/// `bias` may be none; `a` [rank, in] and `b` [out, rank] may be none together. The update is
/// summed in float32 and rounded once with the rest, as PEFT does. `transposed_weight`, [in, out]
/// or none, is a copy of the weight for the input's gradient, where that is faster. `input`, `a`
/// and `b` may require gradients. Where the weight or the bias does, and with `reference`, the
/// result is a composition of library operations.
CT_CHECKED ct_status ct_frozen_linear(ct_tensor input, ct_tensor weight, ct_tensor bias,
                                      ct_tensor transposed_weight, ct_tensor a, ct_tensor b,
                                      double scale, bool reference, ct_tensor *out);

/// How products of bfloat16 matrices on a CPU are computed; each rounds its sums to bfloat16 once.
typedef enum {
    /// By oneDNN, with sums in float32.
    ct_gemm_library,
    /// Operands and sums in float32.
    ct_gemm_float32,
    /// Operands in float16, scaled by powers of two; sums of 32 products in float16, of those in
    /// float32.
    ct_gemm_float16,
} ct_gemm_backend;

/// `x` · `weight`ᵀ + `bias`, weight [out, in], or x · weight + bias, weight [in, out], where
/// `transposed`; bfloat16 matrices on the CPU. `bias` may be none.
CT_CHECKED ct_status ct_gemm(ct_gemm_backend backend, ct_tensor x, ct_tensor weight, ct_tensor bias,
                             bool transposed, ct_tensor *out);
/// The backend of this thread's layers: unless exchanged, the fastest one on this processor.
ct_gemm_backend ct_gemm_default_backend(void);
/// Makes this thread's layers use a backend. Returns the one before.
ct_gemm_backend ct_exchange_gemm_backend(ct_gemm_backend backend);
/// Why a backend cannot be used on this processor; empty where it can.
const char *ct_gemm_unavailable_reason(ct_gemm_backend backend);

/// Σᵢ weightᵢ · -log softmax(hidden[rowᵢ] · headᵀ)[tokenᵢ], in float32 (float64 for float64).
///
/// `hidden` [rows, width], `head` [vocabulary, width]. Logits are rounded to their type before the
/// softmax, as transformers does; few rows of them are in memory at one time. Where the head
/// requires a gradient, and with `reference`, the result is a composition of library operations.
CT_CHECKED ct_status ct_linear_cross_entropy(ct_tensor hidden, ct_tensor head,
                                             const ptrdiff_t *rows, const ptrdiff_t *tokens,
                                             const float *weights, ptrdiff_t count, bool reference,
                                             ct_tensor *out);

/// silu(`gate`) · `up`.
CT_CHECKED ct_status ct_swiglu(ct_tensor gate, ct_tensor up, ct_tensor *out);

/// Rotates the halves of each head: x · cos + (-x₂, x₁) · sin.
/// `x` [tokens, heads, headSize]; `cos`, `sin` [tokens, headSize].
CT_CHECKED ct_status ct_rotary(ct_tensor x, ct_tensor cos, ct_tensor sin, ct_tensor *out);

/// One rectangle of attention: query rows `query_start` ..< + `query_count` attend to key rows
/// `key_start` ..< + `key_count`; when `causal`, the i-th query only to the first i + 1 keys.
/// `row_wise`: few queries attend to many keys, as in decoding; on the CPU they are computed one by
/// one. The bits of a row never depend on other rows.
typedef struct ct_attention_block {
    ptrdiff_t query_start, query_count;
    ptrdiff_t key_start, key_count;
    bool causal, row_wise;
} ct_attention_block;

/// How attention is computed.
typedef enum {
    /// By the fastest kernels that take the tensors.
    ct_attention_fastest,
    /// Every block as a composition of library operations.
    ct_attention_composed,
    /// By the calls of flash attention on CUDA, each as a composition of library operations.
    ct_attention_flash_composed,
} ct_attention_path;

/// The blocks of a forward pass; free it with `ct_attention_layout_free`.
CT_CHECKED ct_status ct_attention_layout_create(const ct_attention_block *blocks, ptrdiff_t count,
                                                ct_attention_layout *out);
void ct_attention_layout_free(ct_attention_layout layout);

/// Attention over a packed forest: the softmax of a row runs over all keys of all its blocks.
///
/// `query` [queries, heads, headSize]; `key`, `value` [keys, keyHeads, headSize]; keyHeads divides
/// heads. Every query row is in at least one block; the rows of a block have all been in an earlier
/// one, or none has. `out` [queries, heads, headSize].
CT_CHECKED ct_status ct_forest_attention(ct_tensor query, ct_tensor key, ct_tensor value,
                                         ct_attention_layout layout, double scale,
                                         ct_attention_path path, ct_tensor *out);

/// One step of AdamW (Loshchilov and Hutter, arXiv 1711.05101) as torch.optim.AdamW does it, in
/// place, on `count` parameters. `step` counts from 1; gradients are first multiplied, in place, by
/// `gradient_factor`.
typedef struct ct_adamw {
    double learning_rate, beta1, beta2, epsilon, weight_decay, gradient_factor;
    ptrdiff_t step;
} ct_adamw;
CT_CHECKED ct_status ct_adamw_step(const ct_tensor *parameters, const ct_tensor *gradients,
                                   const ct_tensor *first_moments, const ct_tensor *second_moments,
                                   ptrdiff_t count, ct_adamw settings);

/// The Euclidean norm of all elements of `count` tensors together, summed in float64.
CT_CHECKED ct_status ct_norm(const ct_tensor *tensors, ptrdiff_t count, double *out);

CT_END
#endif
