// Row-invariant products: a row of C[M x N] = A[M x K] · Wᵀ + bias has the same bits whatever other
// rows A has. For bfloat16 on the CPU there are several backends; other types and devices use
// libtorch.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "include/ct_fused.h"

namespace ct {

/// x · weightᵀ + bias: x [rows, in], weight [out, in]. Where its gradient is recorded, since an
/// operand requires one, it is libtorch's product, and rows may depend on each other.
at::Tensor linear_row_invariant(const at::Tensor &x, const at::Tensor &weight,
                                const std::optional<at::Tensor> &bias = {});

/// x · weight: x [rows, out], weight [out, in].
at::Tensor matmul_row_invariant(const at::Tensor &x, const at::Tensor &weight);

/// The backend of this thread's layers for bfloat16: unless exchanged, the fastest on this
/// processor, which is the library where it has AMX or is not Intel's.
///
/// Without AMX, Intel's bfloat16 instructions do half as many operations a cycle as those of
/// float32, and a quarter of those of float16.
ct_gemm_backend default_gemm_backend();

/// Makes this thread's layers use a backend. Returns the one before.
ct_gemm_backend exchange_gemm_backend(ct_gemm_backend backend);

/// Why a backend cannot be used here; empty where it can.
const char *unavailable_reason(ct_gemm_backend backend);

/// x · weightᵀ + bias, weight [out, in], or x · weight + bias, weight [in, out], where
/// `transposed`.
///
/// x and weight are bfloat16 matrices on the CPU.
///
/// - Throws: `c10::Error` where the shapes do not match or the backend is unavailable
at::Tensor gemm(ct_gemm_backend backend, const at::Tensor &x, const at::Tensor &weight,
                bool transposed, const std::optional<at::Tensor> &bias);

} // namespace ct
