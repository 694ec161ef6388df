// ct_adamw_step: AdamW (Loshchilov and Hutter, arXiv 1711.05101), as torch.optim.AdamW rounds it:
//   p *= 1 - lr · decay,   m += (1 - β₁)(g - m),   v = β₂ v + (1 - β₂) g²,
//   p -= lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
// Each step is rounded to the tensors' type. On CUDA one kernel does all for contiguous tensors.
#include "cuda/kernel_launch.h"
#include "support/guard.h"

#include <algorithm>
#include <cmath>

using namespace ct;

namespace {

bool fits_kernel(at::TensorList all) {
    for (auto &x : all)
        if (!x.is_contiguous() || x.scalar_type() != all[0].scalar_type() ||
            x.sizes() != all[0].sizes() || x.device() != all[0].device())
            return false;
    return true;
}

/// One pass over memory, one launch in place of nine.
void launch_step(const at::Tensor &p, const at::Tensor &g, const at::Tensor &m, const at::Tensor &v,
                 const ct_adamw &s) {
    auto step = static_cast<double>(s.step);
    launch(Kernel::adamw, p, {std::min<int64_t>(ceil_div(p.numel(), 256), 1 << 16)}, 256,
           {p, g, m, v, p.numel(), 1 - s.learning_rate * s.weight_decay, s.beta1, s.beta2,
            std::sqrt(1 - std::pow(s.beta2, step)), s.epsilon,
            s.learning_rate / (1 - std::pow(s.beta1, step))});
}

} // namespace

ct_status ct_adamw_step(ct_tensor parameter, ct_tensor gradient, ct_tensor first_moment,
                        ct_tensor second_moment, ct_adamw settings) {
    return guarded([&] {
        c10::NoGradGuard no_gradient;
        auto &p = borrow(parameter), &g = borrow(gradient);
        auto &m = borrow(first_moment), &v = borrow(second_moment);
        auto &s = settings;
        if (has_kernels(p) && fits_kernel({p, g, m, v})) return launch_step(p, g, m, v, s);
        if (s.weight_decay != 0) p.mul_(1 - s.learning_rate * s.weight_decay);
        m.lerp_(g, 1 - s.beta1);
        v.mul_(s.beta2).addcmul_(g, g, 1 - s.beta2);
        auto step = static_cast<double>(s.step);
        auto first = 1 - std::pow(s.beta1, step), second = 1 - std::pow(s.beta2, step);
        auto denominator = (v.sqrt() / std::sqrt(second)).add_(s.epsilon);
        p.addcdiv_(m, denominator, -s.learning_rate / first);
    });
}
