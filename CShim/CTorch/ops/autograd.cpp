// The C functions of ct_autograd.h.
#include "support/guard.h"

using namespace ct;

ct_status ct_set_requires_gradient(ct_tensor leaf, bool requires_gradient) {
    return guarded([&] { borrow(leaf).set_requires_grad(requires_gradient); });
}
bool ct_requires_gradient(ct_tensor tensor) { return borrow(tensor).requires_grad(); }

ct_status ct_detach(ct_tensor tensor, ct_tensor *out) {
    return guarded([&] { give(out, borrow(tensor).detach()); });
}
ct_status ct_backward(ct_tensor loss) {
    return guarded([&] { borrow(loss).backward(); });
}
ct_status ct_backward_from(ct_tensor result, ct_tensor gradient) {
    return guarded([&] {
        TORCH_CHECK(borrow(gradient).sizes() == borrow(result).sizes(), "a result of shape ",
                    borrow(result).sizes(), " needs a gradient of that shape; found ",
                    borrow(gradient).sizes());
        borrow(result).backward(borrow(gradient));
    });
}
ct_status ct_gradient(ct_tensor leaf, ct_tensor *out) {
    return guarded([&] {
        auto gradient = borrow(leaf).grad();
        if (gradient.defined()) give(out, gradient);
        else out->impl = nullptr;
    });
}
ct_status ct_clear_gradient(ct_tensor leaf) {
    return guarded([&] { borrow(leaf).mutable_grad() = at::Tensor(); });
}
bool ct_exchange_gradient_mode(bool enabled) {
    bool old = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled);
    return old;
}
