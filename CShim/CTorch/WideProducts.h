// Private to the shim: bfloat16 products on Intel processors without AMX and AVX-512 FP16.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// `x` · `weight`ᵀ + `bias`, or x · weight where `turned`, of bfloat16 matrices in float32, rounded
/// once.
at::Tensor wide_product(const at::Tensor &x, const at::Tensor &weight, bool turned,
                        const std::optional<at::Tensor> &bias);

} // namespace ct
