/// What turns logits into tokens, on the logits' device.
#ifndef CT_SAMPLING_H
#define CT_SAMPLING_H
#include "ct_contract.h"
CT_BEGIN

/// `logits` [rows, vocabulary] float32, with the repetition penalty (arXiv 1909.05858) on `count`
/// places, each named once: a score is divided by `penalty`, or multiplied where it is below 0.
CT_CHECKED ct_status ct_penalize(ct_tensor logits, const ptrdiff_t *rows, const ptrdiff_t *tokens,
                                 ptrdiff_t count, double penalty, ct_tensor *out);

/// A token for each row of `logits` [rows, vocabulary], int64: the `top_k` likeliest, of them those
/// that together reach the probability `top_p` at `temperature`, of them the one that the row's
/// number of `units`, in [0, 1), falls on.
CT_CHECKED ct_status ct_sample(ct_tensor logits, const double *units, ptrdiff_t count,
                               double temperature, double top_p, ptrdiff_t top_k, ct_tensor *out);

CT_END
#endif
