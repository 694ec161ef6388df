#include "attention/attention_composed.h"

#include <limits>

using namespace ct;
using at::Tensor;

namespace {

Tensor causal_mask(const Tensor &scores) {
    return at::ones({scores.size(-2), scores.size(-1)}, scores.options().dtype(at::kBool)).triu(1);
}

/// The sequences of a call as blocks of its rows.
std::vector<ct_attention_block> blocks(const FlashCall &call) {
    auto numbers = [](const Tensor &x) { return x.to(at::kCPU); };
    auto queries = numbers(call.cu_seqlens_q), keys = numbers(call.cu_seqlens_k);
    auto lengths = call.seqused_k.defined() ? numbers(call.seqused_k) : keys.diff();
    auto *q = queries.data_ptr<int32_t>(), *k = keys.data_ptr<int32_t>();
    auto *length = lengths.data_ptr<int32_t>();
    std::vector<ct_attention_block> all;
    for (int64_t i = 0; i < lengths.numel(); ++i) {
        auto count = q[i + 1] - q[i];
        // Flash attention aligns the causal triangle with the last key; here both are the same.
        TORCH_CHECK(!call.causal || count == length[i], "a causal sequence has ", count,
                    " queries and ", length[i], " keys");
        all.push_back({q[i], count, k[i], length[i], call.causal, false});
    }
    return all;
}

} // namespace

Tensor BlockView::query(const Tensor &all) const {
    auto head = all.stride(1);
    return view(all, block.query_start, block.query_count, group * head, head);
}
Tensor BlockView::key(const Tensor &all) const {
    return view(all, block.key_start, block.key_count, all.stride(1), 0);
}
Tensor BlockView::view(const Tensor &all, ptrdiff_t start, ptrdiff_t rows, ptrdiff_t key_head,
                       ptrdiff_t head) const {
    std::vector<int64_t> shape{key_heads, group, rows}, strides{key_head, head, all.stride(0)};
    if (all.dim() == 3) {
        shape.push_back(all.size(2));
        strides.push_back(all.stride(2));
    }
    return all.as_strided(shape, strides, all.storage_offset() + start * all.stride(0));
}

std::pair<Tensor, Tensor> ct::compose(const Tensor &q, const Tensor &k, const Tensor &v,
                                      bool causal, double scale, bool reference) {
    if (!reference) {
        auto [out, lse] =
            at::_scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal, {}, scale);
        return {out, lse};
    }
    auto type = wide_type(q);
    auto S = at::matmul(q.to(type), k.to(type).transpose(-1, -2)) * scale;
    if (causal) S.masked_fill_(causal_mask(S), -std::numeric_limits<double>::infinity());
    auto lse = S.logsumexp(-1);
    auto out = at::matmul((S - lse.unsqueeze(-1)).exp(), v.to(type));
    return {out.to(q.scalar_type()), lse};
}

std::array<Tensor, 3> ct::compose_backward(const Tensor &dO, const Tensor &q, const Tensor &k,
                                           const Tensor &v, const Tensor &out, const Tensor &lse,
                                           bool causal, double scale, bool reference) {
    if (!reference) {
        auto [dQ, dK, dV] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
            dO, q, k, v, out, lse, 0.0, causal, {}, scale);
        return {dQ, dK, dV};
    }
    auto type = lse.scalar_type();
    auto S = at::matmul(q.to(type), k.to(type).transpose(-1, -2)) * scale;
    auto P = (S - lse.unsqueeze(-1)).exp();
    if (causal) P.masked_fill_(causal_mask(S), 0);
    auto g = dO.to(type);
    auto dV = at::matmul(P.transpose(-1, -2), g);
    auto D = (g * out.to(type)).sum(-1, /*keepdim=*/true);
    auto dS = P * (at::matmul(g, v.to(type).transpose(-1, -2)) - D) * scale;
    return {at::matmul(dS, k.to(type)), at::matmul(dS.transpose(-1, -2), q.to(type)), dV};
}

std::pair<Tensor, Tensor> ct::compose_varlen(const FlashCall &call, const Tensor &query,
                                             const Tensor &key, const Tensor &value,
                                             double scale) {
    auto out = at::empty_like(query);
    auto lse = at::empty({query.size(0), query.size(1)}, query.options().dtype(wide_type(query)));
    for (auto &block : blocks(call)) {
        BlockView r{block, key.size(1), query.size(1) / key.size(1)};
        auto [part, part_lse] =
            compose(r.query(query), r.key(key), r.key(value), call.causal, scale, true);
        r.query(out).copy_(part);
        r.query(lse).copy_(part_lse);
    }
    return {out, lse.t().contiguous()};
}

std::array<Tensor, 3> ct::compose_varlen_backward(const FlashCall &call, const Tensor &dO,
                                                  const Tensor &query, const Tensor &key,
                                                  const Tensor &value, const Tensor &out,
                                                  const Tensor &lse, double scale) {
    auto dQ = at::zeros_like(query), dK = at::zeros_like(key), dV = at::zeros_like(value);
    auto by_row = lse.t();
    for (auto &block : blocks(call)) {
        BlockView r{block, key.size(1), query.size(1) / key.size(1)};
        auto [dq, dk, dv] =
            compose_backward(r.query(dO), r.query(query), r.key(key), r.key(value), r.query(out),
                             r.query(by_row), call.causal, scale, true);
        r.query(dQ).add_(dq);
        // The heads of a group read the same keys: their gradients are summed.
        r.key(dK).select(1, 0).add_(dk.sum(1));
        r.key(dV).select(1, 0).add_(dv.sum(1));
    }
    return {dQ, dK, dV};
}
