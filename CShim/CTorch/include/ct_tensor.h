/// Creating, describing, converting and overwriting tensors.
#ifndef CT_TENSOR_H
#define CT_TENSOR_H
#include "ct_contract.h"
CT_BEGIN

/// A copy, on the CPU, of `bytes` read as row-major elements of `dtype`.
CT_CHECKED ct_status ct_tensor_from_bytes(const void *bytes, ct_dtype dtype, const ptrdiff_t *shape,
                                          ptrdiff_t rank, ct_tensor *out);

/// A tensor over memory of another owner; nothing is copied. `release(context)` is called once,
/// when the last tensor over the memory is gone, and also when this call fails.
CT_CHECKED ct_status ct_tensor_over_memory(void *bytes, ct_dtype dtype, const ptrdiff_t *shape,
                                           ptrdiff_t rank, void (*release)(void *), void *context,
                                           ct_tensor *out);

/// All elements `value`.
CT_CHECKED ct_status ct_tensor_full(double value, ct_dtype dtype, const ptrdiff_t *shape,
                                    ptrdiff_t rank, ct_device device, ct_tensor *out);

/// Uninitialised memory: on the CPU the system gives a page when it is first written.
CT_CHECKED ct_status ct_tensor_unset(ct_dtype dtype, const ptrdiff_t *shape, ptrdiff_t rank,
                                     ct_device device, ct_tensor *out);

/// 0, 1, … `count` - 1.
CT_CHECKED ct_status ct_tensor_range(ptrdiff_t count, ct_dtype dtype, ct_device device,
                                     ct_tensor *out);

void ct_tensor_free(ct_tensor tensor);

ptrdiff_t ct_tensor_rank(ct_tensor tensor);
/// Writes `ct_tensor_rank` numbers.
void ct_tensor_shape(ct_tensor tensor, ptrdiff_t *shape);
ct_dtype ct_tensor_dtype(ct_tensor tensor);
ct_device ct_tensor_device(ct_tensor tensor);

/// Copies the elements, row-major, to `bytes`; fails where they are more than `capacity` bytes.
CT_CHECKED ct_status ct_tensor_read(ct_tensor tensor, void *bytes, ptrdiff_t capacity);

/// The same values as another type or on another device; the same tensor when nothing changes.
CT_CHECKED ct_status ct_tensor_converted(ct_tensor tensor, ct_dtype dtype, ct_device device,
                                         ct_tensor *out);

/// A copy with memory of its own, row-major.
CT_CHECKED ct_status ct_tensor_copy(ct_tensor tensor, ct_tensor *out);

/// Overwrites `tensor` with `value`.
CT_CHECKED ct_status ct_tensor_fill(ct_tensor tensor, double value);
/// Overwrites `tensor` with `source`, which has the same shape.
CT_CHECKED ct_status ct_tensor_assign(ct_tensor tensor, ct_tensor source);
/// Overwrites the rows of `tensor` that the int64 vector `rows` lists with those of `source`.
CT_CHECKED ct_status ct_tensor_assign_rows(ct_tensor tensor, ct_tensor rows, ct_tensor source);
/// `tensor` *= `factor`.
CT_CHECKED ct_status ct_tensor_scale(ct_tensor tensor, double factor);

/// Tensors that Swift holds at this moment.
ptrdiff_t ct_tensor_live_count(void);

CT_END
#endif
