// ct_linear_cross_entropy, with logits = hidden · headᵀ:
//   loss = Σᵢ wᵢ · (lse(rowᵢ) - logits[rowᵢ, tokenᵢ]),   lse = log Σ exp(logits) by row,
//   dlogits = (Σ w) · softmax(logits) - Σ w · onehot(token), over the targets of a row.
//
// A few rows of logits are in memory at a time; the gradient replaces them and becomes that of
// `hidden` at once. Logits are rounded to their type, as transformers does. A row's log-sum-exp is
// vectorised float32 (float64 for float64); losses are summed in float64.
#include "cuda/kernel_launch.h"
#include "support/guard.h"
#include "support/parallel.h"
#include "gemm/gemm_dispatch.h"
#include "support/element_types.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>

using namespace ct;
using at::Tensor;

namespace {

/// log Σ exp of a row.
template <typename E> CT_INLINE Accum<E> log_sum_exp(const E *row, ptrdiff_t count) {
#pragma clang fp reassociate(on)
    using W = Accum<E>;
    W largest = -std::numeric_limits<W>::infinity();
    for (ptrdiff_t i = 0; i < count; ++i) {
        W x = to_float(row[i]);
        largest = x > largest ? x : largest;
    }
    W sum = 0;
    for (ptrdiff_t i = 0; i < count; ++i) sum += fast_exp(to_float(row[i]) - largest);
    return largest + std::log(sum);
}

/// row := factor · exp(row - shift)
template <typename E>
CT_INLINE void scaled_exp(E *row, Accum<E> shift, Accum<E> factor, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i)
        row[i] = from_float<E>(factor * fast_exp(to_float(row[i]) - shift));
}

#define ROWS(E)                                                                                    \
    CT_VECTORIZED Accum<E> row_log_sum_exp(const E *row, ptrdiff_t count) {                        \
        return log_sum_exp<E>(row, count);                                                         \
    }                                                                                              \
    CT_VECTORIZED void scaled_exp_row(E *row, Accum<E> shift, Accum<E> factor, ptrdiff_t count) {  \
        scaled_exp<E>(row, shift, factor, count);                                                  \
    }
CT_FOR_ELEMENTS(ROWS)
#undef ROWS

/// Logits in memory at one time, at most. A GPU needs more rows to be busy.
ptrdiff_t logits_per_pass(const Tensor &hidden) {
    return ptrdiff_t(1) << (hidden.is_cuda() ? 27 : 24);
}

struct Targets {
    /// For each row, its targets.
    std::vector<std::vector<std::pair<int64_t, double>>> of_row;
};

/// The targets as the CUDA kernel reads them, and its workspace `exact`.
struct TargetsOnDevice {
    Tensor starts, tokens, shares, exact;

    TargetsOnDevice(const Targets &targets, at::Device device) {
        std::vector<int64_t> first{0}, ids;
        std::vector<double> weights;
        for (auto &row : targets.of_row) {
            for (auto &[token, share] : row) {
                ids.push_back(token);
                weights.push_back(share);
            }
            first.push_back(static_cast<int64_t>(ids.size()));
        }
        starts = uploaded(at::tensor(first, at::kLong), device);
        tokens = uploaded(at::tensor(ids, at::kLong), device);
        shares = uploaded(at::tensor(weights, at::kDouble), device);
        exact = at::empty_like(shares);
    }

    void launch_on(const Tensor &logits, ptrdiff_t first, const Tensor &losses,
                   bool with_gradient) const {
        launch(Kernel::cross_entropy, logits, {logits.size(0)}, 512,
               {logits, starts.narrow(0, first, 1), tokens, shares, exact,
                losses.narrow(0, first, 1), logits.size(1), int64_t(with_gradient)});
    }
};

/// The loss and, where `with_gradient`, the gradient of `hidden`.
std::pair<Tensor, Tensor> run(const Tensor &hidden, const Tensor &head, const Targets &targets,
                              bool with_gradient) {
    at::NoGradGuard no_grad;
    auto rows = hidden.size(0), vocabulary = head.size(0);
    auto gradient = with_gradient ? at::empty_like(hidden) : Tensor();
    auto losses = at::zeros({rows}, hidden.options().dtype(at::kDouble));
    std::optional<TargetsOnDevice> on_device;
    if (hidden.is_cuda()) on_device.emplace(targets, hidden.device());
    auto pass =
        std::max<ptrdiff_t>(1, logits_per_pass(hidden) / std::max<ptrdiff_t>(1, vocabulary));
    for (ptrdiff_t first = 0; first < rows; first += pass) {
        auto count = std::min<ptrdiff_t>(pass, rows - first);
        auto logits = linear_row_invariant(hidden.narrow(0, first, count), head);
        if (on_device) on_device->launch_on(logits, first, losses, with_gradient);
        else
            with_element(logits.scalar_type(), [&](auto tag) {
                using E = typename decltype(tag)::type;
                auto *all = elements<E>(logits);
                auto *of_rows = elements<double>(losses);
                for_each_item(count, [&](ptrdiff_t i) {
                    auto *row = all + i * vocabulary;
                    auto &row_targets = targets.of_row[first + i];
                    auto sum = row_log_sum_exp(row, vocabulary);
                    double weight = 0;
                    for (auto &[token, share] : row_targets) {
                        weight += share;
                        of_rows[first + i] += share * (sum - to_float(row[token]));
                    }
                    if (!with_gradient) return;
                    // The gradient of a target's own logit is a small difference: it is rounded
                    // last.
                    std::vector<std::pair<int64_t, Accum<E>>> exact;
                    for (auto &[token, _] : row_targets) {
                        double share = 0;
                        for (auto &[other, part] : row_targets) share += other == token ? part : 0;
                        exact.emplace_back(
                            token, weight * std::exp(double(to_float(row[token])) - sum) - share);
                    }
                    scaled_exp_row(row, sum, static_cast<Accum<E>>(weight), vocabulary);
                    for (auto &[token, value] : exact) row[token] = from_float<E>(value);
                });
            });
        if (with_gradient)
            gradient.narrow(0, first, count).copy_(matmul_row_invariant(logits, head));
    }
    auto wide = wide_type(hidden);
    return {losses.sum().to(wide), gradient};
}

struct CrossEntropy : torch::autograd::Function<CrossEntropy> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &hidden,
                          const Tensor &head, const Targets *targets) {
        auto [loss, gradient] = run(hidden, head, *targets, true);
        context->save_for_backward({gradient});
        return loss;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        // In the loss's type, and without waiting for a CUDA device to say the factor.
        auto gradient = context->get_saved_variables()[0], factor = gradients[0];
        return {(gradient.to(factor.scalar_type()) * factor).to(gradient.scalar_type()), Tensor(),
                Tensor()};
    }
};

/// The composition of library operations.
Tensor reference_loss(const Tensor &hidden, const Tensor &head, const std::vector<int64_t> &places,
                      const std::vector<double> &weights) {
    auto wide = wide_type(hidden);
    auto logits = at::linear(hidden, head).to(wide);
    auto chosen = at::log_softmax(logits, -1)
                      .reshape({-1})
                      .index_select(0, at::tensor(places, at::kLong).to(hidden.device()));
    return -(chosen * at::tensor(weights, at::kDouble).to(hidden.device(), wide)).sum();
}

} // namespace

ct_status ct_linear_cross_entropy(ct_tensor hidden, ct_tensor head, const ptrdiff_t *rows,
                                  const ptrdiff_t *tokens, const float *weights, ptrdiff_t count,
                                  bool reference, ct_tensor *out) {
    return guarded([&] {
        auto &h = borrow(hidden), &w = borrow(head);
        TORCH_CHECK(h.dim() == 2 && w.dim() == 2 && h.size(1) == w.size(1),
                    "a cross-entropy needs hidden [rows, width] and head [vocabulary, width]; "
                    "found ",
                    h.sizes(), " and ", w.sizes());
        Targets targets;
        targets.of_row.resize(h.size(0));
        std::vector<int64_t> places;
        std::vector<double> shares;
        for (ptrdiff_t i = 0; i < count; ++i) {
            TORCH_CHECK(rows[i] >= 0 && rows[i] < h.size(0), "target row ", rows[i],
                        " is outside the ", h.size(0), " rows");
            TORCH_CHECK(tokens[i] >= 0 && tokens[i] < w.size(0), "target ", tokens[i],
                        " is outside the vocabulary of ", w.size(0));
            targets.of_row[rows[i]].emplace_back(tokens[i], weights[i]);
            places.push_back(rows[i] * w.size(0) + tokens[i]);
            shares.push_back(weights[i]);
        }
        bool records = at::GradMode::is_enabled();
        if (reference || !has_fused(h) || h.scalar_type() != w.scalar_type() ||
            (records && w.requires_grad()))
            return give(out, reference_loss(h, w, places, shares));
        auto in = h.contiguous();
        if (records && h.requires_grad())
            give(out, CrossEntropy::apply(in, w.contiguous(), &targets));
        else give(out, run(in, w.contiguous(), targets, false).first);
    });
}
