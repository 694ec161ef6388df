// ct_frozen_linear: a linear layer whose weight is not trained, with a low-rank update that is
// (LoRA; Hu et al., arXiv 2106.09685):
//   y = x · Wᵀ + bias + scale · (x · Aᵀ) · Bᵀ,   W [out, in], A [rank, in], B [out, rank].
// Backward, with u = x · Aᵀ and v = dy · B:
//   dx = dy · W + scale · v · A,   dA = scale · vᵀ · x,   dB = scale · (uᵀ · dy)ᵀ.
// The update is summed in float32 and rounded once with the rest, as PEFT does.
#include "cuda/kernel_launch.h"
#include "gemm/gemm_dispatch.h"
#include "ops/low_rank.h"
#include "support/guard.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace ct;
using at::Tensor;

namespace {

/// The tensors of a layer that are not trained; `transposed` may be undefined.
struct Frozen {
    Tensor weight, transposed;
    std::optional<Tensor> bias;
    double scale;
};

struct FrozenLinear : torch::autograd::Function<FrozenLinear> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &x,
                          const std::optional<Tensor> &a, const std::optional<Tensor> &b,
                          const Frozen *frozen) {
        auto y = linear_row_invariant(x, frozen->weight, frozen->bias);
        Tensor low;
        if (a) {
            low = low_rank_down(x, a->contiguous());
            low_rank_up(y, low, b->t().contiguous(), frozen->scale);
        }
        bool trains = a && (a->requires_grad() || b->requires_grad());
        context->save_for_backward({trains ? x : Tensor(), frozen->weight, frozen->transposed,
                                    a.value_or(Tensor()), b.value_or(Tensor()), low});
        context->saved_data["scale"] = frozen->scale;
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto &x = saved[0], &weight = saved[1], &transposed = saved[2], &a = saved[3],
             &b = saved[4], &low = saved[5];
        auto scale = context->saved_data["scale"].toDouble();
        auto g = gradients[0].contiguous();
        Tensor grad_x, grad_a, grad_b, down;
        if (a.defined()) {
            down = low_rank_down(g, b.t().contiguous());
            if (context->needs_input_grad(1)) grad_a = low_rank_gradient(down, x).mul_(scale);
            if (context->needs_input_grad(2)) grad_b = low_rank_gradient(low, g).mul_(scale).t();
        }
        if (context->needs_input_grad(0)) {
            grad_x = transposed.defined() ? linear_row_invariant(g, transposed)
                                          : matmul_row_invariant(g, weight);
            if (a.defined()) low_rank_up(grad_x, down, a.contiguous(), scale);
        }
        return {grad_x, grad_a, grad_b, {}};
    }
};

/// The composition of library operations.
Tensor reference_linear(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias,
                        const std::optional<Tensor> &a, const std::optional<Tensor> &b,
                        double scale) {
    auto y = at::linear(x, weight, bias);
    if (!a) return y;
    auto change = at::linear(at::linear(x.to(a->scalar_type()), *a), *b) * scale;
    return (y + change).to(y.scalar_type());
}

} // namespace

ct_status ct_frozen_linear(ct_tensor input, ct_tensor weight, ct_tensor bias,
                           ct_tensor transposed_weight, ct_tensor a, ct_tensor b, double scale,
                           bool reference, ct_tensor *out) {
    return guarded([&] {
        auto &x = borrow(input), &w = borrow(weight);
        auto offset = borrow_optional(bias), back = borrow_optional(transposed_weight);
        auto first = borrow_optional(a), second = borrow_optional(b);
        TORCH_CHECK(first.has_value() == second.has_value(),
                    "a low-rank change needs both of its matrices");
        if (first)
            TORCH_CHECK(first->dim() == 2 && second->dim() == 2 && first->size(1) == w.size(1) &&
                            second->size(0) == w.size(0) && first->size(0) == second->size(1),
                        "a low-rank change of a weight ", w.sizes(), " needs [rank, ", w.size(1),
                        "] and [", w.size(0), ", rank]; found ", first->sizes(), " and ",
                        second->sizes());
        if (back)
            TORCH_CHECK(back->sizes() == w.t().sizes(), "the transposed copy of a weight ",
                        w.sizes(), " has the shape ", back->sizes());
        auto wide = wide_type(x);
        bool fused = !reference && has_fused(x) && x.dim() == 2 && same_kind(x, w) &&
                     !(at::GradMode::is_enabled() &&
                       (w.requires_grad() || (offset && offset->requires_grad()))) &&
                     (!first || (first->scalar_type() == wide && same_kind(*first, *second) &&
                                 first->device() == x.device()));
        if (!fused) return give(out, reference_linear(x, w, offset, first, second, scale));
        auto in = x.contiguous();
        bool records =
            at::GradMode::is_enabled() &&
            (x.requires_grad() || (first && (first->requires_grad() || second->requires_grad())));
        if (records) {
            Frozen frozen{w, back.value_or(Tensor()), offset, scale};
            return give(out, FrozenLinear::apply(in, first, second, &frozen));
        }
        auto y = linear_row_invariant(in, w, offset);
        if (first)
            low_rank_up(y, low_rank_down(in, first->contiguous()), second->t().contiguous(), scale);
        give(out, y);
    });
}
