// C[M x N] = A[M x K] · Wᵀ + bias in float16, on processors with AVX-512 FP16 and without AMX.
#pragma once

#include <ATen/ATen.h>

#include "gemm/avx512.h"

#if CT_HAS_F16_KERNELS
namespace ct {

/// Whether the processor and the system run AVX-512 FP16 instructions.
bool has_avx512_fp16();

/// Writes C = A · Wᵀ + bias, W [N x K], or A · W + bias, W [K x N], where `transposed`; a null bias
/// is 0.
///
/// A, W and C are contiguous bfloat16 matrices. Rows of A, and of W blocks of 64 columns of C, are
/// scaled by powers of two into float16's range. Sums of 32 products are float16; those are summed
/// in float32 in the order of K; the result is rounded once. Up to eight values of a row that are far
/// above its others are multiplied in float32.
///
/// A value below 2⁻¹⁸ of its row's largest loses bits, as does a weight below 2⁻¹⁸ of the largest
/// of its 64 columns. A row that holds an infinity or a NaN comes out without a finite meaning.
///
/// The caller checks `has_avx512_fp16`.
void gemm_f16(const at::Tensor &A, const at::Tensor &W, bool transposed, const float *bias,
              const at::Tensor &C);

} // namespace ct
#endif
