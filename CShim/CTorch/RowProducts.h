// Private to the shim: products whose rows come out the same whatever rows stand beside them.
#pragma once

#include <ATen/ATen.h>

namespace ct {

/// `x` · `weight`ᵀ + `bias`, without a gradient.
///
/// oneDNN's bfloat16 products sum a row in one order however many rows there are, but for a single
/// row, whose long sums it splits among threads: that one is computed twice over.
inline at::Tensor linear_by_rows(const at::Tensor &x, const at::Tensor &weight,
                                 const std::optional<at::Tensor> &bias) {
    bool is_alone = x.is_cpu() && x.scalar_type() == at::kBFloat16 && x.dim() == 2 &&
                    x.size(0) == 1 && !at::GradMode::is_enabled();
    if (!is_alone) return at::linear(x, weight, bias);
    return at::linear(x.expand({2, x.size(1)}).contiguous(), weight, bias).narrow(0, 0, 1);
}

} // namespace ct
