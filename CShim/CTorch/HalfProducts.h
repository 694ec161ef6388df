// Private to the shim: bfloat16 products on processors with AVX-512 FP16 and without AMX.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// Whether the processor and the system run AVX-512 FP16 instructions.
bool has_half_instructions();

/// `out` = `x` · `weight`ᵀ + `bias`, or x · weight + bias where `turned`, of contiguous bfloat16
/// matrices; a null bias adds nothing. Rows and weights are scaled by powers of two into float16's
/// range, 32 products at a time are summed in float16, the sums of those in float32, in the order of
/// the depth; the result is rounded once.
///
/// A value below 2⁻¹⁸ of its row's largest loses bits, as does a weight below 2⁻¹⁸ of the largest of
/// its 64 columns. A row that holds an infinity or a NaN comes out without a finite meaning.
///
/// - Errors: where the processor has no such instructions
void half_product(const at::Tensor &x, const at::Tensor &weight, bool turned, const float *bias,
                  const at::Tensor &out);

} // namespace ct
