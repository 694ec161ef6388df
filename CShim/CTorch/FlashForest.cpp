#include "FlashForest.h"

#include <ATen/Context.h>

#include <algorithm>
#include <numeric>

#include "CudaKernels.h"
#include "Guard.h"

using at::Tensor;
using namespace ct;

namespace {

/// Numbers of the rows begin ..< begin + count, and where each run of them begins.
struct Runs {
    std::vector<int64_t> numbers;
    std::vector<int32_t> starts{0};
    int64_t longest = 0;

    void add(ptrdiff_t begin, ptrdiff_t count) {
        auto old = numbers.size();
        numbers.resize(old + count);
        std::iota(numbers.begin() + static_cast<ptrdiff_t>(old), numbers.end(), begin);
        starts.push_back(static_cast<int32_t>(numbers.size()));
        longest = std::max<int64_t>(longest, count);
    }

    /// Undefined when they are all `total` in order.
    Tensor on(at::Device device, int64_t total) const {
        bool all = static_cast<int64_t>(numbers.size()) == total;
        for (int64_t i = 0; all && i < total; ++i) all = numbers[i] == i;
        return all ? Tensor() : at::tensor(numbers, at::kLong).to(device);
    }
    Tensor starts_on(at::Device device) const { return at::tensor(starts, at::kInt).to(device); }
};

FlashCall call(const std::vector<AttentionRectangle> &wave, bool causal, const Tensor &query,
               const Tensor &key) {
    Runs rows, keys;
    for (auto &member : wave) {
        if (member.causal != causal) continue;
        rows.add(member.query_start, member.query_count);
        // Flash attention lines the triangle up with the last key, ours with the first.
        keys.add(member.key_start,
                 causal ? std::min(member.key_count, member.query_count) : member.key_count);
    }
    auto device = query.device();
    // For queries of one row each, it would swap rows and heads and lay the results out otherwise.
    return {rows.on(device, query.size(0)), keys.on(device, key.size(0)),
            rows.starts_on(device), keys.starts_on(device),
            std::max<int64_t>(rows.longest, 2), keys.longest, causal, wave.front().merges};
}

Tensor taken(const Tensor &x, const Tensor &places, int64_t axis = 0) {
    return places.defined() ? x.index_select(axis, places) : x;
}

/// Joins a call's result to that of the earlier ones, in place.
void merge(const FlashCall &call, const Tensor &out, const Tensor &lse, const Tensor &part,
           const Tensor &part_lse) {
    auto places = call.rows.defined()
                      ? call.rows
                      : at::arange(out.size(0), out.options().dtype(at::kLong));
    if (has_kernels(out)) {
        launch(Kernel::attention_merge, out, {part.size(0)},
               threads_of_row(out, out.size(1) * out.size(2)),
               {out, lse, part, part_lse, places, out.size(0), part.size(0), out.size(1),
                out.size(2)});
        return;
    }
    auto old = lse.index_select(1, places);
    auto joined = at::logaddexp(old, part_lse);
    auto share = [&](const Tensor &x) { return (x - joined).exp_().t().unsqueeze(-1); };
    auto sum = out.index_select(0, places) * share(old) + part * share(part_lse);
    out.index_copy_(0, places, sum.to(out.scalar_type()));
    lse.index_copy_(1, places, joined);
}

/// Makes flash attention add up its gradients in one order: the same training twice is the same.
struct InOrder {
    bool before = at::globalContext().deterministicAlgorithms();
    bool warned = at::globalContext().deterministicAlgorithmsWarnOnly();
    InOrder() { at::globalContext().setDeterministicAlgorithms(true, false); }
    ~InOrder() { at::globalContext().setDeterministicAlgorithms(before, warned); }
};

} // namespace

bool ct::has_flash_attention(const Tensor &query, const AttentionWaves &waves) {
    auto type = query.scalar_type();
    auto size = query.size(2);
    if (!query.is_cuda() || (type != at::kBFloat16 && type != at::kHalf) || size % 8 != 0 ||
        size > 256 || ct_cuda_capability(query.get_device()) < 80)
        return false;
    for (auto &wave : waves)
        for (auto &member : wave)
            if (member.causal && member.query_count > member.key_count) return false;
    return !waves.empty();
}

std::vector<FlashCall> ct::flash_calls(const AttentionWaves &waves, const Tensor &query,
                                       const Tensor &key) {
    std::vector<FlashCall> calls;
    for (auto &wave : waves)
        for (bool causal : {true, false})
            if (std::any_of(wave.begin(), wave.end(),
                            [&](auto &member) { return member.causal == causal; }))
                calls.push_back(call(wave, causal, query, key));
    return calls;
}

std::pair<Tensor, Tensor> ct::flash_attention(const std::vector<FlashCall> &calls,
                                              const Tensor &query, const Tensor &key,
                                              const Tensor &value, double scale) {
    Tensor out, lse;
    for (auto &call : calls) {
        auto [part, part_lse, seed, unused, mask] = at::_flash_attention_forward(
            taken(query, call.rows), taken(key, call.keys), taken(value, call.keys),
            call.row_starts, call.key_starts, call.longest_rows, call.longest_keys,
            /*dropout_p=*/0, call.causal, /*return_debug_mask=*/false, scale);
        if (call.merges) {
            merge(call, out, lse, part, part_lse);
        } else if (!call.rows.defined()) {
            out = part;
            lse = part_lse;
        } else {
            if (!out.defined()) {
                out = at::empty_like(query);
                lse = at::empty({query.size(1), query.size(0)}, part_lse.options());
            }
            out.index_copy_(0, call.rows, part);
            lse.index_copy_(1, call.rows, part_lse);
        }
    }
    return {out, lse};
}

std::array<Tensor, 3> ct::flash_attention_backward(const std::vector<FlashCall> &calls,
                                                   const Tensor &query, const Tensor &key,
                                                   const Tensor &value, double scale,
                                                   const Tensor &grad, const Tensor &out,
                                                   const Tensor &lse) {
    std::array<Tensor, 3> sums;
    auto without_dropout = at::empty({0}, lse.options());
    for (auto &call : calls) {
        InOrder in_order;
        auto [of_query, of_key, of_value] = at::_flash_attention_backward(
            taken(grad, call.rows), taken(query, call.rows), taken(key, call.keys),
            taken(value, call.keys), taken(out, call.rows), taken(lse, call.rows, 1),
            call.row_starts, call.key_starts, call.longest_rows, call.longest_keys,
            /*dropout_p=*/0, call.causal, without_dropout, without_dropout, scale);
        auto add = [](Tensor &sum, const Tensor &part, const Tensor &places, const Tensor &like) {
            if (!places.defined()) return void(sum = sum.defined() ? sum.add_(part) : part);
            if (!sum.defined()) sum = at::zeros_like(like);
            sum.index_add_(0, places, part);
        };
        add(sums[0], of_query, call.rows, query);
        add(sums[1], of_key, call.keys, key);
        add(sums[2], of_value, call.keys, value);
    }
    return sums;
}
