#include "CudaKernels.h"
#include "Guard.h"
#include "Parallel.h"
#include "RowProducts.h"
#include "Vectors.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace ct;
using at::Tensor;

// A linear layer whose own weights stay as they are, with a low-rank change that learns. The change
// is a pair of skinny products, which run over the activations as they are stored, without a copy in
// float32, and are summed in float32 as PEFT does.

namespace {

/// u[row, j] = Σₖ x[row, k] · m[j, k], eight j at a time.
template <typename E>
CT_INLINE void skinny_dot_rows(const E *x, const Wide<E> *m, Wide<E> *u, ptrdiff_t rows,
                               ptrdiff_t width, ptrdiff_t rank) {
#pragma clang fp reassociate(on)
    using W = Wide<E>;
    for (ptrdiff_t row = 0; row < rows; ++row) {
        const E *in = x + row * width;
        W *out = u + row * rank;
        ptrdiff_t j = 0;
        for (; j + 8 <= rank; j += 8) {
            const W *m0 = m + j * width, *m1 = m0 + width, *m2 = m1 + width, *m3 = m2 + width,
                    *m4 = m3 + width, *m5 = m4 + width, *m6 = m5 + width, *m7 = m6 + width;
            W s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
            for (ptrdiff_t k = 0; k < width; ++k) {
                W v = widened(in[k]);
                s0 += v * m0[k], s1 += v * m1[k], s2 += v * m2[k], s3 += v * m3[k];
                s4 += v * m4[k], s5 += v * m5[k], s6 += v * m6[k], s7 += v * m7[k];
            }
            out[j] = s0, out[j + 1] = s1, out[j + 2] = s2, out[j + 3] = s3;
            out[j + 4] = s4, out[j + 5] = s5, out[j + 6] = s6, out[j + 7] = s7;
        }
        for (; j < rank; ++j) {
            W sum = 0;
            for (ptrdiff_t k = 0; k < width; ++k) sum += widened(in[k]) * m[j * width + k];
            out[j] = sum;
        }
    }
}

constexpr ptrdiff_t columns_of_a_piece = 128;

/// y[row, k] += scale · Σⱼ u[row, j] · m[j, k], rounded once.
template <typename E>
CT_INLINE void skinny_add_rows(E *y, const Wide<E> *u, const Wide<E> *m, Wide<E> scale,
                               ptrdiff_t rows, ptrdiff_t width, ptrdiff_t rank) {
    using W = Wide<E>;
    for (ptrdiff_t first = 0; first < width; first += columns_of_a_piece) {
        auto columns = std::min(columns_of_a_piece, width - first);
        for (ptrdiff_t row = 0; row < rows; ++row) {
            W sums[columns_of_a_piece] = {};
            for (ptrdiff_t j = 0; j < rank; ++j) {
                auto factor = u[row * rank + j];
                const W *line = m + j * width + first;
                for (ptrdiff_t k = 0; k < columns; ++k) sums[k] += factor * line[k];
            }
            E *out = y + row * width + first;
            for (ptrdiff_t k = 0; k < columns; ++k)
                out[k] = narrowed<E>(widened(out[k]) + scale * sums[k]);
        }
    }
}

constexpr ptrdiff_t outer_columns = 32;

/// out[j, k] = Σ over rows of u[row, j] · x[row, k], for `columns` (at most 32) k from `first`.
template <typename E>
CT_INLINE void skinny_outer_columns(const E *x, const Wide<E> *u, Wide<E> *out, ptrdiff_t rows,
                                    ptrdiff_t width, ptrdiff_t rank, ptrdiff_t first,
                                    ptrdiff_t columns) {
    using W = Wide<E>;
    for (ptrdiff_t j = 0; j < rank; j += 8) {
        auto count = std::min<ptrdiff_t>(8, rank - j);
        W sums[8][outer_columns] = {};
        if (columns == outer_columns && count == 8) {
            for (ptrdiff_t row = 0; row < rows; ++row) {
                const E *in = x + row * width + first;
                const W *factors = u + row * rank + j;
                for (ptrdiff_t i = 0; i < 8; ++i)
                    for (ptrdiff_t k = 0; k < outer_columns; ++k)
                        sums[i][k] += factors[i] * widened(in[k]);
            }
        } else {
            for (ptrdiff_t row = 0; row < rows; ++row)
                for (ptrdiff_t i = 0; i < count; ++i)
                    for (ptrdiff_t k = 0; k < columns; ++k)
                        sums[i][k] += u[row * rank + j + i] * widened(x[row * width + first + k]);
        }
        for (ptrdiff_t i = 0; i < count; ++i)
            for (ptrdiff_t k = 0; k < columns; ++k) out[(j + i) * width + first + k] = sums[i][k];
    }
}

#define SKINNY(E)                                                                                  \
    CT_VECTORIZED void skinny_dot(const E *x, const Wide<E> *m, Wide<E> *u, ptrdiff_t rows,        \
                                  ptrdiff_t width, ptrdiff_t rank) {                               \
        skinny_dot_rows<E>(x, m, u, rows, width, rank);                                            \
    }                                                                                              \
    CT_VECTORIZED void skinny_add(E *y, const Wide<E> *u, const Wide<E> *m, Wide<E> scale,         \
                                  ptrdiff_t rows, ptrdiff_t width, ptrdiff_t rank) {               \
        skinny_add_rows<E>(y, u, m, scale, rows, width, rank);                                     \
    }                                                                                              \
    CT_VECTORIZED void skinny_outer(const E *x, const Wide<E> *u, Wide<E> *out, ptrdiff_t rows,    \
                                    ptrdiff_t width, ptrdiff_t rank, ptrdiff_t first,              \
                                    ptrdiff_t columns) {                                           \
        skinny_outer_columns<E>(x, u, out, rows, width, rank, first, columns);                     \
    }
CT_FOR_ELEMENTS(SKINNY)

constexpr ptrdiff_t rows_of_a_piece = 16;

/// x · mᵀ in float32 (float64 for float64): x [rows, width], m [rank, width].
Tensor narrow_product(const Tensor &x, const Tensor &m) {
    auto rows = x.size(0), width = x.size(1), rank = m.size(0);
    auto out = at::empty({rows, rank}, m.options());
    if (x.is_cuda()) {
        launch(Kernel::narrow_product, x, {pieces(rows, 32), pieces(rank, 8)}, 256,
               {x, m, out, rows, width, rank});
        return out;
    }
    with_element(x.scalar_type(), [&](auto *type) {
        using E = std::remove_pointer_t<decltype(type)>;
        auto *in = elements<E>(x);
        auto *by = elements<Wide<E>>(m), *to = elements<Wide<E>>(out);
        for_each_range(rows, rows_of_a_piece, [&](ptrdiff_t begin, ptrdiff_t end) {
            skinny_dot(in + begin * width, by, to + begin * rank, end - begin, width, rank);
        });
    });
    return out;
}

/// y += scale · u · m, in place: y [rows, width], u [rows, rank], m [rank, width].
void add_product(const Tensor &y, const Tensor &u, const Tensor &m, double scale) {
    auto rows = y.size(0), width = y.size(1), rank = m.size(0);
    if (y.is_cuda()) {
        auto threads = threads_of_row(y, width);
        return launch(Kernel::add_product, y,
                      {pieces(rows, 8), pieces(width * y.element_size(), 16 * threads)}, threads,
                      {y, u, m, rows, width, rank, scale});
    }
    with_element(y.scalar_type(), [&](auto *type) {
        using E = std::remove_pointer_t<decltype(type)>;
        auto *to = elements<E>(y);
        auto *factors = elements<Wide<E>>(u), *by = elements<Wide<E>>(m);
        for_each_range(rows, rows_of_a_piece, [&](ptrdiff_t begin, ptrdiff_t end) {
            skinny_add(to + begin * width, factors + begin * rank, by,
                       static_cast<Wide<E>>(scale), end - begin, width, rank);
        });
    });
}

/// uᵀ · x: u [rows, rank], x [rows, width], result [rank, width].
Tensor outer_product(const Tensor &u, const Tensor &x) {
    auto rows = x.size(0), width = x.size(1), rank = u.size(1);
    if (x.is_cuda()) {
        constexpr int64_t rows_of_a_part = 64;
        auto threads = threads_of_row(x, width);
        auto parts = at::empty({pieces(rows, rows_of_a_part), rank, width}, u.options());
        launch(Kernel::outer_product, x,
               {parts.size(0), pieces(width * x.element_size(), 16 * threads), pieces(rank, 8)},
               threads, {u, x, parts, rows, width, rank, rows_of_a_part});
        return parts.sum(0);
    }
    auto out = at::empty({rank, width}, u.options());
    with_element(x.scalar_type(), [&](auto *type) {
        using E = std::remove_pointer_t<decltype(type)>;
        auto *in = elements<E>(x);
        auto *factors = elements<Wide<E>>(u), *to = elements<Wide<E>>(out);
        for_each_item((width + outer_columns - 1) / outer_columns, [&](ptrdiff_t piece) {
            auto first = piece * outer_columns;
            skinny_outer(in, factors, to, rows, width, rank, first,
                         std::min(outer_columns, width - first));
        });
    });
    return out;
}

/// What of a layer does not learn; `transposed` may be undefined.
struct Frozen {
    Tensor weight, transposed;
    std::optional<Tensor> bias;
    double scale;
};

struct FrozenLinear : torch::autograd::Function<FrozenLinear> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &x,
                          const std::optional<Tensor> &a, const std::optional<Tensor> &b,
                          const Frozen *frozen) {
        auto y = linear_by_rows(x, frozen->weight, frozen->bias);
        Tensor low;
        if (a) {
            low = narrow_product(x, a->contiguous());
            add_product(y, low, b->t().contiguous(), frozen->scale);
        }
        bool learns = a && (a->requires_grad() || b->requires_grad());
        context->save_for_backward({learns ? x : Tensor(), frozen->weight, frozen->transposed,
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
            down = narrow_product(g, b.t().contiguous());
            if (context->needs_input_grad(1)) grad_a = outer_product(down, x).mul_(scale);
            if (context->needs_input_grad(2)) grad_b = outer_product(low, g).mul_(scale).t();
        }
        if (context->needs_input_grad(0)) {
            grad_x = transposed.defined() ? linear_by_rows(g, transposed)
                                          : product_by_rows(g, weight);
            if (a.defined()) add_product(grad_x, down, a.contiguous(), scale);
        }
        return {grad_x, grad_a, grad_b, {}};
    }
};

Tensor plain(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias,
             const std::optional<Tensor> &a, const std::optional<Tensor> &b, double scale) {
    auto y = at::linear(x, weight, bias);
    if (!a) return y;
    auto change = at::linear(at::linear(x.to(a->scalar_type()), *a), *b) * scale;
    return (y + change).to(y.scalar_type());
}

} // namespace

ct_status ct_frozen_linear(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor transposed,
                           ct_tensor a, ct_tensor b, double scale, bool plainly, ct_tensor *out) {
    return guarded([&] {
        auto &x = borrow(input), &w = borrow(weight);
        auto offset = borrow_optional(bias), back = borrow_optional(transposed);
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
        bool suits = !plainly && is_ours(x) && x.dim() == 2 && same_kind(x, w) &&
                     !(at::GradMode::is_enabled() &&
                       (w.requires_grad() || (offset && offset->requires_grad()))) &&
                     (!first || (first->scalar_type() == wide && same_kind(*first, *second) &&
                                 first->device() == x.device()));
        if (!suits) return give(out, plain(x, w, offset, first, second, scale));
        auto in = x.contiguous();
        bool learns = at::GradMode::is_enabled() &&
                      (x.requires_grad() || (first && (first->requires_grad() ||
                                                       second->requires_grad())));
        if (learns) {
            Frozen frozen{w, back.value_or(Tensor()), offset, scale};
            return give(out, FrozenLinear::apply(in, first, second, &frozen));
        }
        auto y = linear_by_rows(in, w, offset);
        if (first)
            add_product(y, narrow_product(in, first->contiguous()), second->t().contiguous(), scale);
        give(out, y);
    });
}
