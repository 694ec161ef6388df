// Private to the shim: products whose rows come out the same whatever rows stand beside them.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace ct {

/// `x` · `weight`ᵀ + `bias`, without a gradient: x [rows, in], weight [out, in].
at::Tensor linear_by_rows(const at::Tensor &x, const at::Tensor &weight,
                          const std::optional<at::Tensor> &bias = {});

/// `x` · `weight`, without a gradient: x [rows, out], weight [out, in].
at::Tensor product_by_rows(const at::Tensor &x, const at::Tensor &weight);

/// Whether bfloat16 products are computed in float32, which is faster here: on Intel processors
/// without AMX, whose bfloat16 instructions do half as many operations a cycle as their float32
/// ones.
bool has_wide_products();

/// `x` · `weight`ᵀ + `bias`, or x · weight where `turned`, of bfloat16 operands in float32, rounded
/// once.
at::Tensor wide_product(const at::Tensor &x, const at::Tensor &weight, bool turned,
                        const std::optional<at::Tensor> &bias);

} // namespace ct
