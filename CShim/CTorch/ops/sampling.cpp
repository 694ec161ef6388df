// The C functions of ct_sampling.h: what turns logits into tokens, on the logits' device.
#include "support/guard.h"

using namespace ct;
using at::Tensor;

ct_status ct_penalize(ct_tensor logits, const ptrdiff_t *rows, const ptrdiff_t *tokens,
                      ptrdiff_t count, double penalty, ct_tensor *out) {
    return guarded([&] {
        auto &x = borrow(logits);
        auto vector = [&](const ptrdiff_t *numbers) {
            std::vector<int64_t> copy(numbers, numbers + count);
            return uploaded(at::tensor(copy, at::kLong), x.device());
        };
        auto result = x.clone();
        if (count > 0) {
            c10::List<std::optional<Tensor>> places({vector(rows), vector(tokens)});
            auto scores = result.index(places);
            auto factor = static_cast<float>(penalty);
            result.index_put_(places, at::where(scores < 0, scores * factor, scores / factor));
        }
        give(out, result);
    });
}

ct_status ct_sample(ct_tensor logits, const double *units, ptrdiff_t count, double temperature,
                    double top_p, ptrdiff_t top_k, ct_tensor *out) {
    return guarded([&] {
        auto &x = borrow(logits);
        TORCH_CHECK(x.dim() == 2 && x.size(0) == count, "sampling needs a number for each of the ",
                    x.size(0), " rows; found ", count);
        auto number = uploaded(
            at::tensor(at::ArrayRef<double>(units, static_cast<size_t>(count)), at::kDouble),
            x.device());
        auto [scores, tokens] = at::topk(x, top_k, -1, /*largest=*/true, /*sorted=*/true);
        auto wide = scores.to(at::kDouble);
        auto weights = ((wide - wide.narrow(1, 0, 1)) / temperature).exp_();
        // As in HF's TopPLogitsWarper, the token that crosses the threshold stays.
        auto before = weights.cumsum(-1) - weights;
        auto kept = before < top_p * weights.sum(-1, /*keepdim=*/true);
        kept.narrow(1, 0, 1).fill_(true);
        weights.mul_(kept);
        auto sums = weights.cumsum(-1);
        auto place = (sums <= number.unsqueeze(-1) * sums.narrow(1, top_k - 1, 1)).sum(-1);
        auto last = kept.sum(-1) - 1; // where rounding leaves the number above all sums
        give(out, tokens.gather(1, at::minimum(place, last).unsqueeze(-1)).squeeze(-1));
    });
}
