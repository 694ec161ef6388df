#include "Guard.h"

#include <cmath>

using namespace ct;

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
