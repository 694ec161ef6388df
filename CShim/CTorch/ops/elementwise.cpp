// ct_swiglu: y = silu(gate) · up (Shazeer, arXiv 2002.05202), silu(x) = x / (1 + e⁻ˣ).
//
// ct_rotary: rotary position embedding (Su et al., arXiv 2104.09864) of pairs (i, i + size / 2):
//   y₁ = x₁ cos - x₂ sin,   y₂ = x₂ cos + x₁ sin.
//
// Each passes over memory once, forward and backward. silu and the products of the rotation are
// rounded to the element's type, as transformers does.
#include "cuda/kernel_launch.h"
#include "support/guard.h"
#include "support/parallel.h"
#include "support/element_types.h"

#include <torch/csrc/autograd/custom_function.h>

#include <array>

using namespace ct;
using at::Tensor;

namespace {

template <typename E>
CT_INLINE void swiglu_elements(const E *gate, const E *up, E *out, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) {
        auto x = to_float(gate[i]);
        auto silu = round_to<E>(x / (1 + fast_exp(-x)));
        out[i] = from_float<E>(silu * to_float(up[i]));
    }
}

template <typename E>
CT_INLINE void swiglu_elements_backward(const E *gate, const E *up, const E *gradient, E *grad_gate,
                                        E *grad_up, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) {
        auto x = to_float(gate[i]), g = to_float(gradient[i]);
        auto sigmoid = 1 / (1 + fast_exp(-x));
        grad_up[i] = from_float<E>(g * x * sigmoid);
        grad_gate[i] = from_float<E>(g * to_float(up[i]) * sigmoid * (1 + x * (1 - sigmoid)));
    }
}

/// `x` is [tokens, heads, size]; all heads of a token have its angles. `direction` is 1, or -1 for
/// the inverse rotation, which is the gradient.
template <typename E>
CT_INLINE void rotate_heads(const E *x, const E *cosines, const E *sines, E *out, ptrdiff_t tokens,
                            ptrdiff_t heads, ptrdiff_t size, Accum<E> direction) {
    auto half = size / 2;
    for (ptrdiff_t token = 0; token < tokens; ++token) {
        const E *cosine = cosines + token * size, *sine = sines + token * size;
        for (ptrdiff_t head = 0; head < heads; ++head) {
            const E *in = x + (token * heads + head) * size;
            E *to = out + (token * heads + head) * size;
            if (direction > 0) {
                for (ptrdiff_t i = 0; i < half; ++i) {
                    auto a = to_float(in[i]), b = to_float(in[i + half]);
                    to[i] = from_float<E>(round_to<E>(a * to_float(cosine[i])) +
                                          round_to<E>(-b * to_float(sine[i])));
                    to[i + half] = from_float<E>(round_to<E>(b * to_float(cosine[i + half])) +
                                                 round_to<E>(a * to_float(sine[i + half])));
                }
            } else {
                for (ptrdiff_t i = 0; i < half; ++i) {
                    auto a = to_float(in[i]), b = to_float(in[i + half]);
                    to[i] = from_float<E>(a * to_float(cosine[i]) + b * to_float(sine[i + half]));
                    to[i + half] =
                        from_float<E>(b * to_float(cosine[i + half]) - a * to_float(sine[i]));
                }
            }
        }
    }
}

#define ELEMENTWISE(E)                                                                             \
    CT_VECTORIZED void swiglu(const E *gate, const E *up, E *out, ptrdiff_t count) {               \
        swiglu_elements<E>(gate, up, out, count);                                                  \
    }                                                                                              \
    CT_VECTORIZED void swiglu_backward(const E *gate, const E *up, const E *gradient,              \
                                       E *grad_gate, E *grad_up, ptrdiff_t count) {                \
        swiglu_elements_backward<E>(gate, up, gradient, grad_gate, grad_up, count);                \
    }                                                                                              \
    CT_VECTORIZED void rotate(const E *x, const E *cosines, const E *sines, E *out,                \
                              ptrdiff_t tokens, ptrdiff_t heads, ptrdiff_t size,                   \
                              Accum<E> direction) {                                                \
        rotate_heads<E>(x, cosines, sines, out, tokens, heads, size, direction);                   \
    }
CT_FOR_ELEMENTS(ELEMENTWISE)
#undef ELEMENTWISE

constexpr ptrdiff_t elements_per_chunk = 16384;

/// Blocks of 256 threads, 16 bytes a thread; in a very long run a thread takes several.
void launch_over_elements(Kernel kernel, const Tensor &x,
                          std::initializer_list<Argument> arguments) {
    auto packs = ceil_div(x.numel() * x.element_size(), 16);
    launch(kernel, x, {std::min<int64_t>(ceil_div(packs, 256), 1 << 20)}, 256, arguments);
}

Tensor swiglu_forward(const Tensor &gate, const Tensor &up) {
    auto out = at::empty_like(gate);
    if (gate.is_cuda()) {
        launch_over_elements(Kernel::swiglu, gate, {gate, up, out, gate.numel()});
        return out;
    }
    with_element(gate.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *a = elements<E>(gate), *b = elements<E>(up), *to = elements<E>(out);
        for_each_range(gate.numel(), elements_per_chunk, [&](ptrdiff_t begin, ptrdiff_t end) {
            swiglu(a + begin, b + begin, to + begin, end - begin);
        });
    });
    return out;
}

struct SwiGLU : torch::autograd::Function<SwiGLU> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &gate,
                          const Tensor &up) {
        context->save_for_backward({gate, up});
        return swiglu_forward(gate, up);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto gradient = gradients[0].contiguous();
        auto grad_gate = at::empty_like(gradient), grad_up = at::empty_like(gradient);
        if (gradient.is_cuda()) {
            launch_over_elements(
                Kernel::swiglu_backward, gradient,
                {saved[0], saved[1], gradient, grad_gate, grad_up, gradient.numel()});
            return {grad_gate, grad_up};
        }
        with_element(gradient.scalar_type(), [&](auto tag) {
            using E = typename decltype(tag)::type;
            auto *gate = elements<E>(saved[0]), *up = elements<E>(saved[1]);
            auto *in = elements<E>(gradient), *a = elements<E>(grad_gate),
                 *b = elements<E>(grad_up);
            for_each_range(gradient.numel(), elements_per_chunk,
                           [&](ptrdiff_t begin, ptrdiff_t end) {
                               swiglu_backward(gate + begin, up + begin, in + begin, a + begin,
                                               b + begin, end - begin);
                           });
        });
        return {grad_gate, grad_up};
    }
};

Tensor rotated(const Tensor &x, const Tensor &cosines, const Tensor &sines, int direction) {
    auto out = at::empty_like(x);
    auto tokens = x.size(0), heads = x.size(1), size = x.size(2);
    if (x.is_cuda()) {
        launch(Kernel::rotate, x, {tokens}, threads_per_row(x, heads * size / 2),
               {x, cosines, sines, out, heads, size, int64_t(direction > 0)});
        return out;
    }
    with_element(x.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *in = elements<E>(x), *c = elements<E>(cosines), *s = elements<E>(sines),
             *to = elements<E>(out);
        auto row = std::max<ptrdiff_t>(1, heads * size);
        for_each_range(tokens, elements_per_chunk / row, [&](ptrdiff_t begin, ptrdiff_t end) {
            rotate(in + begin * row, c + begin * size, s + begin * size, to + begin * row,
                   end - begin, heads, size, direction);
        });
    });
    return out;
}

struct Rotary : torch::autograd::Function<Rotary> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &x,
                          const Tensor &cosines, const Tensor &sines) {
        context->save_for_backward({cosines, sines});
        return rotated(x, cosines, sines, 1);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        return {rotated(gradients[0].contiguous(), saved[0], saved[1], -1), Tensor(), Tensor()};
    }
};

} // namespace

ct_status ct_swiglu(ct_tensor gate, ct_tensor up, ct_tensor *out) {
    return guarded([&] {
        auto &a = borrow(gate), &b = borrow(up);
        if (!has_fused(a) || !same_kind(a, b) || a.sizes() != b.sizes())
            return give(out, at::silu(a) * b);
        if (at::GradMode::is_enabled() && (a.requires_grad() || b.requires_grad()))
            give(out, SwiGLU::apply(a.contiguous(), b.contiguous()));
        else give(out, swiglu_forward(a.contiguous(), b.contiguous()));
    });
}

ct_status ct_rotary(ct_tensor x, ct_tensor cos, ct_tensor sin, ct_tensor *out) {
    return guarded([&] {
        auto &heads = borrow(x), &c = borrow(cos), &s = borrow(sin);
        auto size = heads.size(-1);
        TORCH_CHECK(heads.dim() == 3 && size % 2 == 0,
                    "rotary needs [tokens, heads, headSize] with an even headSize; found ",
                    heads.sizes());
        const std::array<int64_t, 2> shape{heads.size(0), size};
        at::IntArrayRef table(shape);
        bool has_table =
            c.sizes() == table && s.sizes() == table && same_kind(heads, c) && same_kind(heads, s);
        bool trains_angles = at::GradMode::is_enabled() && (c.requires_grad() || s.requires_grad());
        if (!has_fused(heads) || !has_table || trains_angles) {
            auto halves = heads.chunk(2, -1);
            auto swapped = at::cat({-halves[1], halves[0]}, -1);
            give(out, heads * c.unsqueeze(1) + swapped * s.unsqueeze(1));
        } else if (at::GradMode::is_enabled() && heads.requires_grad()) {
            give(out, Rotary::apply(heads.contiguous(), c.contiguous(), s.contiguous()));
        } else {
            give(out, rotated(heads.contiguous(), c.contiguous(), s.contiguous(), 1));
        }
    });
}
