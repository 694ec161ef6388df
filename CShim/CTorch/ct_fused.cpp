#include "Guard.h"

#include <cmath>

using namespace ct;

ct_status ct_rms_norm(ct_tensor x, ct_tensor weight, double epsilon, ct_tensor *out) {
    return guarded([&] {
        auto &input = borrow(x);
        auto wide = input.scalar_type() == at::kDouble ? input : input.to(at::kFloat);
        auto scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + epsilon);
        give(out, borrow(weight) * (wide * scale).to(input.scalar_type()));
    });
}

ct_status ct_swiglu(ct_tensor gate, ct_tensor up, ct_tensor *out) {
    return guarded([&] { give(out, at::silu(borrow(gate)) * borrow(up)); });
}

ct_status ct_rotary(ct_tensor x, ct_tensor cos, ct_tensor sin, ct_tensor *out) {
    return guarded([&] {
        auto &heads = borrow(x);
        auto size = heads.size(-1);
        TORCH_CHECK(heads.dim() == 3 && size % 2 == 0,
                    "rotary needs [tokens, heads, headSize] with an even headSize; found ",
                    heads.sizes());
        auto halves = heads.chunk(2, -1);
        auto rotated = at::cat({-halves[1], halves[0]}, -1);
        give(out, heads * borrow(cos).unsqueeze(1) + rotated * borrow(sin).unsqueeze(1));
    });
}

ct_status ct_adamw_step(ct_tensor parameter, ct_tensor gradient, ct_tensor first_moment,
                        ct_tensor second_moment, ct_adamw settings) {
    return guarded([&] {
        c10::NoGradGuard no_gradient;
        auto &p = borrow(parameter), &g = borrow(gradient);
        auto &m = borrow(first_moment), &v = borrow(second_moment);
        auto &s = settings;
        if (s.weight_decay != 0) p.mul_(1 - s.learning_rate * s.weight_decay);
        m.lerp_(g, 1 - s.beta1);
        v.mul_(s.beta2).addcmul_(g, g, 1 - s.beta2);
        auto step = static_cast<double>(s.step);
        auto first = 1 - std::pow(s.beta1, step), second = 1 - std::pow(s.beta2, step);
        auto denominator = (v.sqrt() / std::sqrt(second)).add_(s.epsilon);
        p.addcdiv_(m, denominator, -s.learning_rate / first);
    });
}
