// ct_adamw_step: AdamW (Loshchilov and Hutter, arXiv 1711.05101), as torch.optim.AdamW rounds it:
//   p *= 1 - lr · decay,   m += (1 - β₁)(g - m),   v = β₂ v + (1 - β₂) g²,
//   p -= lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
// Each step is rounded to the tensors' type. On CUDA libtorch's fused AdamW takes dozens of
// parameters in one launch.
#include "support/guard.h"

#include <algorithm>
#include <cmath>

using namespace ct;

namespace {

std::vector<at::Tensor> borrow_all(const ct_tensor *tensors, ptrdiff_t count) {
    std::vector<at::Tensor> all;
    all.reserve(count);
    for (ptrdiff_t i = 0; i < count; ++i) all.push_back(borrow(tensors[i]));
    return all;
}

bool are_on_cuda(const std::vector<at::Tensor> &all) {
    return !all.empty() && std::all_of(all.begin(), all.end(), [&](auto &x) {
        return x.is_cuda() && x.scalar_type() == all[0].scalar_type();
    });
}

void step(const at::Tensor &p, const at::Tensor &g, const at::Tensor &m, const at::Tensor &v,
          const ct_adamw &s) {
    if (s.gradient_factor != 1) g.mul_(s.gradient_factor);
    if (s.weight_decay != 0) p.mul_(1 - s.learning_rate * s.weight_decay);
    m.lerp_(g, 1 - s.beta1);
    v.mul_(s.beta2).addcmul_(g, g, 1 - s.beta2);
    auto step = static_cast<double>(s.step);
    auto first = 1 - std::pow(s.beta1, step), second = 1 - std::pow(s.beta2, step);
    auto denominator = (v.sqrt() / std::sqrt(second)).add_(s.epsilon);
    p.addcdiv_(m, denominator, -s.learning_rate / first);
}

} // namespace

ct_status ct_adamw_step(const ct_tensor *parameters, const ct_tensor *gradients,
                        const ct_tensor *first_moments, const ct_tensor *second_moments,
                        ptrdiff_t count, ct_adamw settings) {
    return guarded([&] {
        c10::NoGradGuard no_gradient;
        auto p = borrow_all(parameters, count), g = borrow_all(gradients, count);
        auto m = borrow_all(first_moments, count), v = borrow_all(second_moments, count);
        auto &s = settings;
        if (!are_on_cuda(p) || !are_on_cuda(g)) {
            for (ptrdiff_t i = 0; i < count; ++i) step(p[i], g[i], m[i], v[i], s);
            return;
        }
        if (s.gradient_factor != 1) at::_foreach_mul_(g, s.gradient_factor);
        auto number = at::full({}, static_cast<double>(s.step), p[0].options().dtype(at::kFloat));
        std::vector<at::Tensor> steps(count, number);
        at::_fused_adamw_(p, g, m, v, {}, steps, s.learning_rate, s.beta1, s.beta2,
                          s.weight_decay, s.epsilon, /*amsgrad=*/false, /*maximize=*/false);
    });
}

ct_status ct_norm(const ct_tensor *tensors, ptrdiff_t count, double *out) {
    return guarded([&] {
        c10::NoGradGuard no_gradient;
        auto all = borrow_all(tensors, count);
        if (are_on_cuda(all)) {
            auto norms = at::_foreach_norm(all, 2, at::kDouble);
            *out = at::stack(norms).norm().item<double>();
            return;
        }
        double squares = 0;
        for (auto &x : all) {
            auto wide = x.to(at::kDouble);
            auto norm = std::sqrt((wide * wide).sum().item<double>());
            squares += norm * norm;
        }
        *out = std::sqrt(squares);
    });
}
