#include "CudaKernels.h"
#include "Guard.h"
#include "Parallel.h"
#include "RowProducts.h"
#include "Vectors.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>

using namespace ct;
using at::Tensor;

// The negative log-probability of target tokens, from the hidden state to the loss, a few rows of
// logits at a time: the logits of all rows never stand in memory together, and their gradient is
// turned into the hidden state's at once.

namespace {

/// log Σ exp of a row.
template <typename E> CT_INLINE Wide<E> log_sum(const E *row, ptrdiff_t count) {
#pragma clang fp reassociate(on)
    using W = Wide<E>;
    W largest = -std::numeric_limits<W>::infinity();
    for (ptrdiff_t i = 0; i < count; ++i) {
        W x = widened(row[i]);
        largest = x > largest ? x : largest;
    }
    W sum = 0;
    for (ptrdiff_t i = 0; i < count; ++i) sum += exponential(widened(row[i]) - largest);
    return largest + std::log(sum);
}

/// row := factor · exp(row - shift)
template <typename E>
CT_INLINE void weigh(E *row, Wide<E> shift, Wide<E> factor, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i)
        row[i] = narrowed<E>(factor * exponential(widened(row[i]) - shift));
}

#define ROWS(E)                                                                                    \
    CT_VECTORIZED Wide<E> row_log_sum(const E *row, ptrdiff_t count) {                             \
        return log_sum<E>(row, count);                                                             \
    }                                                                                              \
    CT_VECTORIZED void weigh_row(E *row, Wide<E> shift, Wide<E> factor, ptrdiff_t count) {         \
        weigh<E>(row, shift, factor, count);                                                       \
    }
CT_FOR_ELEMENTS(ROWS)

/// Logits that stand in memory at one time, at most. A GPU needs more rows to be busy.
ptrdiff_t elements_of_a_pass(const Tensor &hidden) {
    return ptrdiff_t(1) << (hidden.is_cuda() ? 27 : 24);
}

struct Targets {
    /// For each row, its targets.
    std::vector<std::vector<std::pair<int64_t, double>>> of_row;
};

/// The targets as the CUDA kernel reads them, and the places where it writes.
struct TargetsOnDevice {
    Tensor starts, tokens, shares, exact;

    TargetsOnDevice(const Targets &targets, at::Device device) {
        std::vector<int64_t> first{0}, places;
        std::vector<double> parts;
        for (auto &asked : targets.of_row) {
            for (auto &[token, share] : asked) {
                places.push_back(token);
                parts.push_back(share);
            }
            first.push_back(static_cast<int64_t>(places.size()));
        }
        starts = at::tensor(first, at::kLong).to(device);
        tokens = at::tensor(places, at::kLong).to(device);
        shares = at::tensor(parts, at::kDouble).to(device);
        exact = at::empty_like(shares);
    }

    void weigh(const Tensor &logits, ptrdiff_t first, const Tensor &losses,
               bool with_gradient) const {
        launch(Kernel::cross_entropy, logits, {logits.size(0)}, 512,
               {logits, starts.narrow(0, first, 1), tokens, shares, exact,
                losses.narrow(0, first, 1), logits.size(1), int64_t(with_gradient)});
    }
};

/// The loss and, if asked for, the gradient of `hidden`.
std::pair<Tensor, Tensor> run(const Tensor &hidden, const Tensor &head, const Targets &targets,
                              bool with_gradient) {
    at::NoGradGuard no_grad;
    auto rows = hidden.size(0), vocabulary = head.size(0);
    auto gradient = with_gradient ? at::empty_like(hidden) : Tensor();
    auto losses = at::zeros({rows}, hidden.options().dtype(at::kDouble));
    std::optional<TargetsOnDevice> on_device;
    if (hidden.is_cuda()) on_device.emplace(targets, hidden.device());
    auto pass = std::max<ptrdiff_t>(
        1, elements_of_a_pass(hidden) / std::max<ptrdiff_t>(1, vocabulary));
    for (ptrdiff_t first = 0; first < rows; first += pass) {
        auto count = std::min<ptrdiff_t>(pass, rows - first);
        auto logits = linear_by_rows(hidden.narrow(0, first, count), head);
        if (on_device) on_device->weigh(logits, first, losses, with_gradient);
        else with_element(logits.scalar_type(), [&](auto *type) {
            using E = std::remove_pointer_t<decltype(type)>;
            auto *all = elements<E>(logits);
            auto *of_rows = elements<double>(losses);
            for_each_item(count, [&](ptrdiff_t i) {
                auto *row = all + i * vocabulary;
                auto &asked = targets.of_row[first + i];
                auto sum = row_log_sum(row, vocabulary);
                double weight = 0;
                for (auto &[token, share] : asked) {
                    weight += share;
                    of_rows[first + i] += share * (sum - widened(row[token]));
                }
                if (!with_gradient) return;
                // Of the targets' own logits the gradient is a small difference: rounded last.
                std::vector<std::pair<int64_t, Wide<E>>> exact;
                for (auto &[token, _] : asked) {
                    double share = 0;
                    for (auto &[other, part] : asked) share += other == token ? part : 0;
                    exact.emplace_back(
                        token, weight * std::exp(double(widened(row[token])) - sum) - share);
                }
                weigh_row(row, sum, static_cast<Wide<E>>(weight), vocabulary);
                for (auto &[token, value] : exact) row[token] = narrowed<E>(value);
            });
        });
        if (with_gradient) gradient.narrow(0, first, count).copy_(product_by_rows(logits, head));
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

/// The same as a composition, for what has no loops and for a head that learns.
Tensor plain(const Tensor &hidden, const Tensor &head, const std::vector<int64_t> &places,
             const std::vector<double> &weights) {
    auto wide = wide_type(hidden);
    auto logits = at::linear(hidden, head).to(wide);
    auto chosen = at::log_softmax(logits, -1).reshape({-1}).index_select(
        0, at::tensor(places, at::kLong).to(hidden.device()));
    return -(chosen * at::tensor(weights, at::kDouble).to(hidden.device(), wide)).sum();
}

} // namespace

ct_status ct_linear_cross_entropy(ct_tensor hidden, ct_tensor head, const ptrdiff_t *rows,
                                  const ptrdiff_t *tokens, const float *weights, ptrdiff_t count,
                                  bool plainly, ct_tensor *out) {
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
        if (plainly || !is_ours(h) || h.scalar_type() != w.scalar_type() ||
            (records && w.requires_grad()))
            return give(out, plain(h, w, places, shares));
        auto in = h.contiguous();
        if (records && h.requires_grad())
            give(out, CrossEntropy::apply(in, w.contiguous(), &targets));
        else
            give(out, run(in, w.contiguous(), targets, false).first);
    });
}
