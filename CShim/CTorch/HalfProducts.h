// Private to the shim: bfloat16 products on processors with AVX-512 FP16 and without AMX.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// Whether the processor and the system run AVX-512 FP16 instructions.
bool has_half_instructions();

/// `x` · `weight`ᵀ + `bias`, or x · weight where `turned`, of bfloat16 matrices: rows and weights are
/// scaled by powers of two into float16's range, 32 products at a time are summed in float16, the
/// sums of those in float32, in the order of the depth; the result is rounded once.
///
/// A value below 2⁻¹⁸ of its row's largest loses bits, as does a weight below 2⁻¹⁸ of the largest of
/// its 64 columns. A row that holds an infinity or a NaN comes out without a finite meaning.
///
/// - Errors: where the processor has no such instructions, or no axis is common
at::Tensor half_product(const at::Tensor &x, const at::Tensor &weight, bool turned,
                        const std::optional<at::Tensor> &bias);

} // namespace ct
