// Varlen calls, and the merge of their results.
#include "attention/attention_flash_varlen.h"

#include <ATen/Context.h>

#include <algorithm>
#include <numeric>

#include "cuda/kernel_launch.h"
#include "support/guard.h"

using at::Tensor;
using namespace ct;

namespace {

/// Runs of rows: their indices, and where each run begins among them.
struct Runs {
    std::vector<int64_t> indices;
    std::vector<int32_t> starts{0};
    int64_t longest = 0;

    void add(ptrdiff_t begin, ptrdiff_t count) {
        auto old = indices.size();
        indices.resize(old + count);
        std::iota(indices.begin() + static_cast<ptrdiff_t>(old), indices.end(), begin);
        starts.push_back(static_cast<int32_t>(indices.size()));
        longest = std::max<int64_t>(longest, count);
    }

    /// Undefined where they are all `total` rows in order.
    Tensor on(at::Device device, int64_t total) const {
        bool all = static_cast<int64_t>(indices.size()) == total;
        for (int64_t i = 0; all && i < total; ++i) all = indices[i] == i;
        return all ? Tensor() : at::tensor(indices, at::kLong).to(device);
    }
    Tensor starts_on(at::Device device) const { return at::tensor(starts, at::kInt).to(device); }
};

FlashCall make_call(const std::vector<AttentionRectangle> &wave, bool causal, const Tensor &query,
                    const Tensor &key) {
    Runs queries, keys;
    for (auto &r : wave) {
        if (r.causal != causal) continue;
        queries.add(r.query_start, r.query_count);
        // Flash attention aligns the causal triangle with the last key, this project with the
        // first.
        keys.add(r.key_start, causal ? std::min(r.key_count, r.query_count) : r.key_count);
    }
    auto device = query.device();
    // With max_seqlen_q = 1 it would swap rows and heads, and return another layout.
    return {queries.on(device, query.size(0)),
            keys.on(device, key.size(0)),
            queries.starts_on(device),
            keys.starts_on(device),
            std::max<int64_t>(queries.longest, 2),
            keys.longest,
            causal,
            wave.front().merges};
}

Tensor select(const Tensor &x, const Tensor &rows, int64_t axis = 0) {
    return rows.defined() ? x.index_select(axis, rows) : x;
}

/// Merges a call's result into that of the earlier ones, in place:
///   lse' = log(e^lse + e^part_lse),   out' = out e^(lse - lse') + part e^(part_lse - lse').
void merge(const FlashCall &call, const Tensor &out, const Tensor &lse, const Tensor &part,
           const Tensor &part_lse) {
    auto rows = call.query_rows.defined() ? call.query_rows
                                          : at::arange(out.size(0), out.options().dtype(at::kLong));
    if (has_kernels(out)) {
        launch(
            Kernel::attention_merge, out, {part.size(0)},
            threads_per_row(out, out.size(1) * out.size(2)),
            {out, lse, part, part_lse, rows, out.size(0), part.size(0), out.size(1), out.size(2)});
        return;
    }
    auto old = lse.index_select(1, rows);
    auto merged = at::logaddexp(old, part_lse);
    auto share = [&](const Tensor &x) { return (x - merged).exp_().t().unsqueeze(-1); };
    auto sum = out.index_select(0, rows) * share(old) + part * share(part_lse);
    out.index_copy_(0, rows, sum.to(out.scalar_type()));
    lse.index_copy_(1, rows, merged);
}

/// Makes flash attention sum its gradients in one order: the same training twice has the same bits.
struct DeterministicScope {
    bool before = at::globalContext().deterministicAlgorithms();
    bool warned = at::globalContext().deterministicAlgorithmsWarnOnly();
    DeterministicScope() { at::globalContext().setDeterministicAlgorithms(true, false); }
    ~DeterministicScope() { at::globalContext().setDeterministicAlgorithms(before, warned); }
};

} // namespace

bool ct::has_flash_attention(const Tensor &query, const AttentionWaves &waves) {
    auto type = query.scalar_type();
    auto size = query.size(2);
    if (!query.is_cuda() || (type != at::kBFloat16 && type != at::kHalf) || size % 8 != 0 ||
        size > 256 || ct_cuda_capability(query.get_device()) < 80)
        return false;
    for (auto &wave : waves)
        for (auto &r : wave)
            if (r.causal && r.query_count > r.key_count) return false;
    return !waves.empty();
}

std::vector<FlashCall> ct::flash_calls(const AttentionWaves &waves, const Tensor &query,
                                       const Tensor &key) {
    std::vector<FlashCall> calls;
    for (auto &wave : waves)
        for (bool causal : {true, false})
            if (std::any_of(wave.begin(), wave.end(), [&](auto &r) { return r.causal == causal; }))
                calls.push_back(make_call(wave, causal, query, key));
    return calls;
}

std::pair<Tensor, Tensor> ct::flash_attention(const std::vector<FlashCall> &calls,
                                              const Tensor &query, const Tensor &key,
                                              const Tensor &value, double scale) {
    Tensor out, lse;
    for (auto &call : calls) {
        auto [part, part_lse, seed, unused, mask] = at::_flash_attention_forward(
            select(query, call.query_rows), select(key, call.key_rows),
            select(value, call.key_rows), call.cu_seqlens_q, call.cu_seqlens_k, call.max_seqlen_q,
            call.max_seqlen_k,
            /*dropout_p=*/0, call.causal, /*return_debug_mask=*/false, scale);
        if (call.merges) {
            merge(call, out, lse, part, part_lse);
        } else if (!call.query_rows.defined()) {
            out = part;
            lse = part_lse;
        } else {
            if (!out.defined()) {
                out = at::empty_like(query);
                lse = at::empty({query.size(1), query.size(0)}, part_lse.options());
            }
            out.index_copy_(0, call.query_rows, part);
            lse.index_copy_(1, call.query_rows, part_lse);
        }
    }
    return {out, lse};
}

std::array<Tensor, 3> ct::flash_attention_backward(const std::vector<FlashCall> &calls,
                                                   const Tensor &query, const Tensor &key,
                                                   const Tensor &value, double scale,
                                                   const Tensor &dO, const Tensor &out,
                                                   const Tensor &lse) {
    std::array<Tensor, 3> sums;
    auto without_dropout = at::empty({0}, lse.options());
    for (auto &call : calls) {
        DeterministicScope deterministic;
        auto [dQ, dK, dV] = at::_flash_attention_backward(
            select(dO, call.query_rows), select(query, call.query_rows), select(key, call.key_rows),
            select(value, call.key_rows), select(out, call.query_rows),
            select(lse, call.query_rows, 1), call.cu_seqlens_q, call.cu_seqlens_k,
            call.max_seqlen_q, call.max_seqlen_k,
            /*dropout_p=*/0, call.causal, without_dropout, without_dropout, scale);
        auto add = [](Tensor &sum, const Tensor &part, const Tensor &rows, const Tensor &like) {
            if (!rows.defined()) return void(sum = sum.defined() ? sum.add_(part) : part);
            if (!sum.defined()) sum = at::zeros_like(like);
            sum.index_add_(0, rows, part);
        };
        add(sums[0], dQ, call.query_rows, query);
        add(sums[1], dK, call.key_rows, key);
        add(sums[2], dV, call.key_rows, value);
    }
    return sums;
}
