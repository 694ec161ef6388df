/// Gradients.
#ifndef CT_AUTOGRAD_H
#define CT_AUTOGRAD_H
#include "ct_contract.h"
CT_BEGIN

CT_CHECKED ct_status ct_set_requires_gradient(ct_tensor leaf, bool requires_gradient);
bool ct_requires_gradient(ct_tensor tensor);

/// The same values outside the graph; shares memory.
CT_CHECKED ct_status ct_detach(ct_tensor tensor, ct_tensor *out);

/// Adds the gradient of the scalar `loss` to the gradient of every leaf that requires one.
CT_CHECKED ct_status ct_backward(ct_tensor loss);

/// The same from a result of any shape, whose gradient is given.
CT_CHECKED ct_status ct_backward_from(ct_tensor result, ct_tensor gradient);

/// The accumulated gradient; `out->impl` is null where there is none.
CT_CHECKED ct_status ct_gradient(ct_tensor leaf, ct_tensor *out);
CT_CHECKED ct_status ct_clear_gradient(ct_tensor leaf);

/// Whether this thread records operations for gradients; sets it and returns the old value.
bool ct_exchange_gradient_mode(bool enabled);

CT_END
#endif
