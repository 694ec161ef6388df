// C[M x N] = A[M x K] · Wᵀ + bias in float32, on Intel processors without AMX and AVX-512 FP16.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// Writes C = A · Wᵀ + bias, W [N x K], or A · W + bias, W [K x N], where `transposed`; a null bias
/// is 0.
///
/// A, W and C are contiguous bfloat16 matrices. Operands and sums are float32; the result is
/// rounded once.
void gemm_f32(const at::Tensor &A, const at::Tensor &W, bool transposed, const float *bias,
              const at::Tensor &C);

} // namespace ct
