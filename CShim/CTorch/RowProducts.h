// Private to the shim: products whose rows come out the same whatever rows stand beside them.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "include/ct_fused.h"

namespace ct {

/// `x` · `weight`ᵀ + `bias`, without a gradient: x [rows, in], weight [out, in].
at::Tensor linear_by_rows(const at::Tensor &x, const at::Tensor &weight,
                          const std::optional<at::Tensor> &bias = {});

/// `x` · `weight`, without a gradient: x [rows, out], weight [out, in].
at::Tensor product_by_rows(const at::Tensor &x, const at::Tensor &weight);

/// How bfloat16 products are made on this processor: by the library where it has AMX or is not
/// Intel's. Without AMX Intel's bfloat16 instructions do half as many operations a cycle as their
/// float32 ones, and a quarter of their float16 ones.
ct_product_way way_of_products();

/// `x` · `weight`ᵀ + `bias`, or x · weight where `turned`, of bfloat16 matrices on the CPU.
at::Tensor product_of_way(ct_product_way way, const at::Tensor &x, const at::Tensor &weight,
                          bool turned, const std::optional<at::Tensor> &bias);

} // namespace ct
