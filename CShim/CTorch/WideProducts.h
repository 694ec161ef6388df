// Private to the shim: bfloat16 products on Intel processors without AMX and AVX-512 FP16.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// `out` = `x` · `weight`ᵀ + `bias`, or x · weight + bias where `turned`, of contiguous bfloat16
/// matrices in float32, rounded once; a null bias adds nothing.
void wide_product(const at::Tensor &x, const at::Tensor &weight, bool turned, const float *bias,
                  const at::Tensor &out);

} // namespace ct
