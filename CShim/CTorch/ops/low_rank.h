// The skinny products of a low-rank update (LoRA; Hu et al., arXiv 2106.09685):
//   u = x · Mᵀ,   y += scale · u · M,   dM = uᵀ · x.
// x and y are bfloat16, float32 or float64. u and M are float32, with float64 float64: sums are
// made in that type. x is read as it is stored: a library product would first copy it to float32.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// x · Mᵀ [rows, rank]: x [rows, width], M [rank, width].
at::Tensor low_rank_down(const at::Tensor &x, const at::Tensor &M);

/// y += scale · u · M, in place, rounded once: y [rows, width], u [rows, rank], M [rank, width].
void low_rank_up(const at::Tensor &y, const at::Tensor &u, const at::Tensor &M, double scale);

/// uᵀ · x [rank, width]: u [rows, rank], x [rows, width].
at::Tensor low_rank_gradient(const at::Tensor &u, const at::Tensor &x);

} // namespace ct
