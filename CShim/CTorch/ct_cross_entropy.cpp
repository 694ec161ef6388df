#include "Guard.h"
#include "Parallel.h"
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

/// Logits that stand in memory at one time, at most.
constexpr ptrdiff_t elements_of_a_pass = ptrdiff_t(1) << 24;

struct Targets {
    /// For each row, its targets.
    std::vector<std::vector<std::pair<int64_t, double>>> of_row;
};

/// The loss and, if asked for, the gradient of `hidden`.
std::pair<double, Tensor> run(const Tensor &hidden, const Tensor &head, const Targets &targets,
                              bool with_gradient) {
    auto rows = hidden.size(0), vocabulary = head.size(0);
    auto gradient = with_gradient ? at::empty_like(hidden) : Tensor();
    std::vector<double> losses(rows, 0);
    auto pass = std::max<ptrdiff_t>(1, elements_of_a_pass / std::max<ptrdiff_t>(1, vocabulary));
    for (ptrdiff_t first = 0; first < rows; first += pass) {
        auto count = std::min<ptrdiff_t>(pass, rows - first);
        auto logits = at::linear(hidden.narrow(0, first, count), head);
        with_element(logits.scalar_type(), [&](auto *type) {
            using E = std::remove_pointer_t<decltype(type)>;
            auto *all = elements<E>(logits);
            for_each_item(count, [&](ptrdiff_t i) {
                auto *row = all + i * vocabulary;
                auto &asked = targets.of_row[first + i];
                auto sum = row_log_sum(row, vocabulary);
                double weight = 0;
                for (auto &[token, share] : asked) {
                    weight += share;
                    losses[first + i] += share * (sum - widened(row[token]));
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
        if (with_gradient) gradient.narrow(0, first, count).copy_(at::mm(logits, head));
    }
    double loss = 0;
    for (auto part : losses) loss += part;
    return {loss, gradient};
}

Tensor scalar(double value, const Tensor &like) {
    auto wide = like.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    return at::full({}, value, like.options().dtype(wide));
}

struct CrossEntropy : torch::autograd::Function<CrossEntropy> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &hidden,
                          const Tensor &head, const Targets *targets) {
        auto [loss, gradient] = run(hidden, head, *targets, true);
        context->save_for_backward({gradient});
        return scalar(loss, hidden);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto factor = gradients[0].item<double>();
        return {context->get_saved_variables()[0] * factor, Tensor(), Tensor()};
    }
};

/// The same as a composition, for what has no loops and for a head that learns.
Tensor plain(const Tensor &hidden, const Tensor &head, const std::vector<int64_t> &places,
             const std::vector<double> &weights) {
    auto wide = hidden.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
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
        if (plainly || !has_loops(h) || h.scalar_type() != w.scalar_type() ||
            (records && w.requires_grad()))
            return give(out, plain(h, w, places, shares));
        auto in = h.contiguous();
        if (records && h.requires_grad())
            give(out, CrossEntropy::apply(in, w.contiguous(), &targets));
        else
            give(out, scalar(run(in, w.contiguous(), targets, false).first, in));
    });
}
