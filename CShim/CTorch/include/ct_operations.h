/// Operations that make a new value. Each has a gradient where mathematics has one.
#ifndef CT_OPERATIONS_H
#define CT_OPERATIONS_H
#include "ct_contract.h"
CT_BEGIN

// Arithmetic, with broadcasting.
CT_CHECKED ct_status ct_add(ct_tensor a, ct_tensor b, ct_tensor *out);
CT_CHECKED ct_status ct_subtract(ct_tensor a, ct_tensor b, ct_tensor *out);
CT_CHECKED ct_status ct_multiply(ct_tensor a, ct_tensor b, ct_tensor *out);
CT_CHECKED ct_status ct_divide(ct_tensor a, ct_tensor b, ct_tensor *out);
CT_CHECKED ct_status ct_add_scalar(ct_tensor a, double b, ct_tensor *out);
CT_CHECKED ct_status ct_multiply_scalar(ct_tensor a, double b, ct_tensor *out);

// Element by element.
CT_CHECKED ct_status ct_exp(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_log(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_sqrt(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_cos(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_sin(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_silu(ct_tensor x, ct_tensor *out);

// Products.
CT_CHECKED ct_status ct_matmul(ct_tensor a, ct_tensor b, ct_tensor *out);
/// `input` · `weight`ᵀ + `bias`. `bias` may be none.
CT_CHECKED ct_status ct_linear(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *out);

// Factors of a matrix, in its own type: float32 or float64.
/// R of the reduced factorisation Q · R: `[min(rows, columns), columns]`, upper triangular.
CT_CHECKED ct_status ct_qr_triangle(ct_tensor x, ct_tensor *out);
/// Largest first, `[min(rows, columns)]`.
CT_CHECKED ct_status ct_singular_values(ct_tensor x, ct_tensor *out);

// Along an axis; a negative axis counts from the end.
CT_CHECKED ct_status ct_sum(ct_tensor x, ct_tensor *out);
CT_CHECKED ct_status ct_sum_along(ct_tensor x, ptrdiff_t axis, bool keep, ct_tensor *out);
/// In float32 for 16-bit input, else in the input's type.
CT_CHECKED ct_status ct_log_softmax(ct_tensor x, ptrdiff_t axis, ct_tensor *out);
CT_CHECKED ct_status ct_argmax(ct_tensor x, ptrdiff_t axis, ct_tensor *out);
/// The `count` largest along the last axis, largest first, and their int64 indices.
CT_CHECKED ct_status ct_topk(ct_tensor x, ptrdiff_t count, ct_tensor *out_values,
                             ct_tensor *out_indices);

// Shape. The result may share memory with `x`.
CT_CHECKED ct_status ct_reshape(ct_tensor x, const ptrdiff_t *shape, ptrdiff_t rank,
                                ct_tensor *out);
CT_CHECKED ct_status ct_transpose(ct_tensor x, ptrdiff_t a, ptrdiff_t b, ct_tensor *out);
/// Elements `start` … `start + count - 1` of `axis`.
CT_CHECKED ct_status ct_narrow(ct_tensor x, ptrdiff_t axis, ptrdiff_t start, ptrdiff_t count,
                               ct_tensor *out);
CT_CHECKED ct_status ct_concatenate(const ct_tensor *parts, ptrdiff_t count, ptrdiff_t axis,
                                    ct_tensor *out);

// Choice.
/// The slices of `x` along `axis` that the int64 or int32 vector `indices` lists.
CT_CHECKED ct_status ct_index_select(ct_tensor x, ptrdiff_t axis, ct_tensor indices,
                                     ct_tensor *out);
/// As torch.gather: out[i][j] = x[i][indices[i][j]] for the last axis.
CT_CHECKED ct_status ct_gather(ct_tensor x, ptrdiff_t axis, ct_tensor indices, ct_tensor *out);
/// `x` with `value` where the bool tensor `mask` is true.
CT_CHECKED ct_status ct_masked_fill(ct_tensor x, ct_tensor mask, double value, ct_tensor *out);

/// Whether every element is finite.
CT_CHECKED ct_status ct_is_finite(ct_tensor x, bool *out);

CT_END
#endif
