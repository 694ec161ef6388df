// ct_rms_norm, ct_add_rms_norm: RMS norm over the last axis (Zhang and Sennrich, arXiv 1910.07467),
// in the order of transformers' Qwen2RMSNorm:
//   sum = x + delta,   y = weight · round(sum · r),   r = 1 / √(mean(sum²) + ε).
// Backward, with g = dy · weight:
//   dsum = r · (g - sum · r² · mean(g · sum)) + the gradient of `sum` itself.
// Sums over a row are float32 (float64 for float64), vectorised.
#include "cuda/kernel_launch.h"
#include "support/guard.h"
#include "support/parallel.h"
#include "support/element_types.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace ct;
using at::Tensor;

namespace {

/// Without `delta`, x is the sum, and `sum` is not written. `scales` holds r of each row.
template <typename E>
CT_INLINE void norm_rows(const E *x, const E *delta, const E *weight, E *sum, E *normed,
                         Accum<E> *scales, ptrdiff_t rows, ptrdiff_t width, double epsilon) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t row = 0; row < rows; ++row) {
        const E *in = x + row * width;
        if (delta != nullptr) {
            E *here = sum + row * width;
            const E *change = delta + row * width;
            for (ptrdiff_t i = 0; i < width; ++i)
                here[i] = from_float<E>(to_float(in[i]) + to_float(change[i]));
            in = here;
        }
        Accum<E> squares = 0;
        for (ptrdiff_t i = 0; i < width; ++i) squares += to_float(in[i]) * to_float(in[i]);
        auto scale =
            1 / std::sqrt(squares / static_cast<Accum<E>>(width) + static_cast<Accum<E>>(epsilon));
        scales[row] = scale;
        E *out = normed + row * width;
        for (ptrdiff_t i = 0; i < width; ++i)
            out[i] = from_float<E>(round_to<E>(to_float(in[i]) * scale) * to_float(weight[i]));
    }
}

/// `gradient` is that of `normed`; `passing`, that of `sum` itself, may be null.
template <typename E>
CT_INLINE void norm_rows_backward(const E *sum, const E *weight, const Accum<E> *scales,
                                  const E *gradient, const E *passing, E *out, ptrdiff_t rows,
                                  ptrdiff_t width) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t row = 0; row < rows; ++row) {
        const E *in = sum + row * width, *grad = gradient + row * width;
        auto scale = scales[row];
        Accum<E> product = 0;
        for (ptrdiff_t i = 0; i < width; ++i)
            product += to_float(grad[i]) * to_float(weight[i]) * to_float(in[i]);
        auto along = product * scale * scale / static_cast<Accum<E>>(width);
        E *result = out + row * width;
        if (passing == nullptr) {
            for (ptrdiff_t i = 0; i < width; ++i)
                result[i] = from_float<E>(
                    scale * (to_float(grad[i]) * to_float(weight[i]) - to_float(in[i]) * along));
            continue;
        }
        const E *other = passing + row * width;
        for (ptrdiff_t i = 0; i < width; ++i)
            result[i] = from_float<E>(
                to_float(other[i]) +
                scale * (to_float(grad[i]) * to_float(weight[i]) - to_float(in[i]) * along));
    }
}

#define NORM(E)                                                                                    \
    CT_VECTORIZED void norm(const E *x, const E *delta, const E *weight, E *sum, E *normed,        \
                            Accum<E> *scales, ptrdiff_t rows, ptrdiff_t width, double epsilon) {   \
        norm_rows<E>(x, delta, weight, sum, normed, scales, rows, width, epsilon);                 \
    }                                                                                              \
    CT_VECTORIZED void norm_backward(const E *sum, const E *weight, const Accum<E> *scales,        \
                                     const E *gradient, const E *passing, E *out, ptrdiff_t rows,  \
                                     ptrdiff_t width) {                                            \
        norm_rows_backward<E>(sum, weight, scales, gradient, passing, out, rows, width);           \
    }
CT_FOR_ELEMENTS(NORM)
#undef NORM

ptrdiff_t grain(ptrdiff_t width) {
    return std::max<ptrdiff_t>(1, 16384 / std::max<ptrdiff_t>(1, width));
}

struct Normed {
    Tensor sum, normed, scales;
};

/// Rows of the last axis; `delta` may be undefined.
Normed forward(const Tensor &x, const Tensor &delta, const Tensor &weight, double epsilon) {
    auto width = x.size(-1), rows = width == 0 ? 0 : x.numel() / width;
    Normed out{delta.defined() ? at::empty_like(x) : x, at::empty_like(x),
               at::empty({rows}, x.options().dtype(wide_type(x)))};
    if (x.is_cuda()) {
        launch(Kernel::norm, x, {rows}, threads_per_row(x, width),
               {x, delta, weight, out.sum, out.normed, out.scales, width, epsilon});
        return out;
    }
    with_element(x.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *in = elements<E>(x), *change = delta.defined() ? elements<E>(delta) : nullptr;
        auto *sum = elements<E>(out.sum), *normed = elements<E>(out.normed);
        auto *scales = elements<Accum<E>>(out.scales);
        auto *w = elements<E>(weight);
        for_each_range(rows, grain(width), [&](ptrdiff_t begin, ptrdiff_t end) {
            auto at = begin * width;
            norm(in + at, change != nullptr ? change + at : nullptr, w, sum + at, normed + at,
                 scales + begin, end - begin, width, epsilon);
        });
    });
    return out;
}

Tensor backward(const Tensor &sum, const Tensor &weight, const Tensor &scales,
                const Tensor &gradient, const Tensor &passing) {
    auto width = sum.size(-1), rows = scales.numel();
    auto out = at::empty_like(sum);
    if (sum.is_cuda()) {
        launch(Kernel::norm_backward, sum, {rows}, threads_per_row(sum, width),
               {sum, weight, scales, gradient, passing, out, width});
        return out;
    }
    with_element(sum.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *in = elements<E>(sum), *grad = elements<E>(gradient), *result = elements<E>(out);
        auto *other = passing.defined() ? elements<E>(passing) : nullptr;
        auto *w = elements<E>(weight);
        auto *s = elements<Accum<E>>(scales);
        for_each_range(rows, grain(width), [&](ptrdiff_t begin, ptrdiff_t end) {
            auto at = begin * width;
            norm_backward(in + at, w, s + begin, grad + at, other != nullptr ? other + at : nullptr,
                          result + at, end - begin, width);
        });
    });
    return out;
}

struct AddNorm : torch::autograd::Function<AddNorm> {
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext *context,
                                                  const Tensor &x, const Tensor &weight,
                                                  const std::optional<Tensor> &delta,
                                                  double epsilon) {
        auto out = ::forward(x, delta.value_or(Tensor()), weight, epsilon);
        context->save_for_backward({out.sum, weight, out.scales});
        context->saved_data["adds"] = delta.has_value();
        context->set_materialize_grads(false);
        // The sum without a delta is x itself, which may not be an output.
        if (!delta) return {out.normed};
        return {out.normed, out.sum};
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto &sum = saved[0], &weight = saved[1], &scales = saved[2];
        auto adds = context->saved_data["adds"].toBool();
        Tensor grad_x, grad_weight, passing;
        if (adds && gradients[1].defined()) passing = gradients[1].contiguous();
        if (!gradients[0].defined()) return {passing, {}, passing, {}};
        auto gradient = gradients[0].contiguous();
        if (context->needs_input_grad(0) || (adds && context->needs_input_grad(2)))
            grad_x = ::backward(sum, weight, scales, gradient, passing);
        if (context->needs_input_grad(1)) {
            auto type = wide_type(sum);
            auto width = sum.size(-1);
            auto hat = sum.reshape({-1, width}).to(type) * scales.unsqueeze(1);
            grad_weight =
                (gradient.reshape({-1, width}).to(type) * hat).sum(0).to(weight.scalar_type());
        }
        return {grad_x, grad_weight, adds ? grad_x : Tensor(), {}};
    }
};

/// The composition of library operations.
Tensor reference_norm(const Tensor &x, const Tensor &weight, double epsilon) {
    auto wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
    auto scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + epsilon);
    return weight * (wide * scale).to(x.scalar_type());
}

/// Checks the shapes; tells whether the fused operation takes the tensors.
bool is_fused(const Tensor &x, const Tensor &weight) {
    TORCH_CHECK(x.dim() > 0 && weight.dim() == 1 && weight.size(0) == x.size(-1),
                "an RMS norm over the last axis of ", x.sizes(),
                " needs a weight of that length; found ", weight.sizes());
    return has_fused(x) && same_kind(x, weight);
}

} // namespace

ct_status ct_rms_norm(ct_tensor x, ct_tensor weight, double epsilon, ct_tensor *out) {
    return guarded([&] {
        auto &input = borrow(x), &w = borrow(weight);
        if (!is_fused(input, w)) return give(out, reference_norm(input, w, epsilon));
        auto in = input.contiguous(), scale = w.contiguous();
        if (at::GradMode::is_enabled() && (in.requires_grad() || scale.requires_grad()))
            give(out, AddNorm::apply(in, scale, std::nullopt, epsilon)[0]);
        else give(out, forward(in, Tensor(), scale, epsilon).normed);
    });
}

ct_status ct_add_rms_norm(ct_tensor x, ct_tensor delta, ct_tensor weight, double epsilon,
                          ct_tensor *out_sum, ct_tensor *out_normed) {
    return guarded([&] {
        auto &input = borrow(x), &change = borrow(delta), &w = borrow(weight);
        TORCH_CHECK(input.sizes() == change.sizes(), "a sum needs equal shapes; found ",
                    input.sizes(), " and ", change.sizes());
        Tensor sum, normed;
        if (!is_fused(input, w) || !same_kind(change, input)) {
            sum = input + change;
            normed = reference_norm(sum, w, epsilon);
        } else {
            auto in = input.contiguous(), by = change.contiguous(), scale = w.contiguous();
            if (at::GradMode::is_enabled() &&
                (in.requires_grad() || by.requires_grad() || scale.requires_grad())) {
                auto results = AddNorm::apply(in, scale, by, epsilon);
                normed = results[0];
                sum = results[1];
            } else {
                auto results = forward(in, by, scale, epsilon);
                normed = results.normed;
                sum = results.sum;
            }
        }
        give(out_sum, sum);
        give(out_normed, normed);
    });
}
