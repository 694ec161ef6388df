// Varlen calls, and the merge of their results.
#include "attention/attention_composed.h"

#include <ATen/Context.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

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
    /// Whether they are all `total` rows in order.
    bool are_all(int64_t total) const {
        bool all = static_cast<int64_t>(indices.size()) == total;
        for (int64_t i = 0; all && i < total; ++i) all = indices[i] == i;
        return all;
    }
    bool are_distinct() const {
        auto sorted = indices;
        std::sort(sorted.begin(), sorted.end());
        return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
    }
};

/// Numbers for the device, which travel together.
class Upload {
  public:
    /// Adds numbers; `on_device` then fills `place` with a view of them there.
    template <typename T> void add(const std::vector<T> &numbers, Tensor *place) {
        auto begin = (bytes.size() + 7) / 8 * 8;
        auto size = numbers.size() * sizeof(T);
        bytes.resize(begin + size);
        std::memcpy(bytes.data() + begin, numbers.data(), size);
        parts.push_back({static_cast<int64_t>(begin), static_cast<int64_t>(size),
                         sizeof(T) == 8 ? at::kLong : at::kInt, place});
    }
    void on_device(at::Device device) {
        auto host = at::empty({static_cast<int64_t>(bytes.size())}, at::kByte);
        std::memcpy(host.data_ptr(), bytes.data(), bytes.size());
        auto all = uploaded(host, device);
        for (auto &part : parts)
            *part.place = all.narrow(0, part.begin, part.size).view(part.type);
    }

  private:
    struct Part {
        int64_t begin, size;
        at::ScalarType type;
        Tensor *place;
    };
    std::vector<uint8_t> bytes;
    std::vector<Part> parts;
};

/// Whether the rows of a head lie together, as in a cache [keyHeads, rows, size].
bool is_head_major(const Tensor &key) {
    return key.size(1) > 1 && key.stride(0) == key.size(2) && key.stride(2) == 1 &&
           key.stride(1) >= key.size(0) * key.size(2) && key.stride(1) % key.size(2) == 0;
}

/// Sequences that flash attention reads where they lie.
struct Places {
    std::vector<int32_t> starts, lengths;
    int64_t longest = 0;

    void add(int64_t start, int64_t count) {
        starts.push_back(static_cast<int32_t>(start));
        lengths.push_back(static_cast<int32_t>(count));
        longest = std::max(longest, count);
    }
};

void make_call(FlashCall &call, const std::vector<AttentionRectangle> &wave, bool causal,
               const Tensor &query, const Tensor &key, bool with_gradient, Upload &upload) {
    Runs queries, keys;
    Places places;
    for (auto &r : wave) {
        if (r.causal != causal) continue;
        queries.add(r.query_start, r.query_count);
        // Flash attention aligns the causal triangle with the last key, this project with the
        // first.
        auto key_count = causal ? std::min(r.key_count, r.query_count) : r.key_count;
        if (with_gradient) keys.add(r.key_start, key_count);
        else places.add(r.key_start, key_count);
    }
    call.causal = causal;
    call.merges = wave.front().merges;
    call.all_queries = queries.are_all(query.size(0));
    if (!call.all_queries || call.merges) upload.add(queries.indices, &call.query_rows);
    // With max_seqlen_q = 1 it would swap rows and heads, and return another layout.
    call.max_seqlen_q = std::max<int64_t>(queries.longest, 2);
    if (with_gradient) {
        call.max_seqlen_k = keys.longest;
        call.all_keys = keys.are_all(key.size(0));
        call.distinct_keys = keys.are_distinct();
        if (!call.all_keys) upload.add(keys.indices, &call.key_rows);
        upload.add(queries.starts, &call.cu_seqlens_q);
        upload.add(keys.starts, &call.cu_seqlens_k);
        return;
    }
    call.all_keys = call.distinct_keys = true;
    call.max_seqlen_k = places.longest;
    auto group = static_cast<int32_t>(query.size(1) / key.size(1));
    auto fits = key.stride(1) / key.size(2) * key.size(1) <= std::numeric_limits<int32_t>::max();
    call.packs = queries.longest == 1 && group > 1 && is_head_major(key) && fits;
    if (call.packs) {
        auto head_rows = static_cast<int32_t>(key.stride(1) / key.size(2));
        auto rows = std::exchange(places, {});
        queries.starts = {0};
        for (size_t row = 0; row < rows.starts.size(); ++row)
            for (int32_t head = 0; head < key.size(1); ++head) {
                places.add(head * head_rows + rows.starts[row], rows.lengths[row]);
                queries.starts.push_back(queries.starts.back() + group);
            }
        call.max_seqlen_q = std::max<int64_t>(group, 2);
    }
    places.starts.push_back(0); // an end that nothing reads
    upload.add(queries.starts, &call.cu_seqlens_q);
    upload.add(places.starts, &call.cu_seqlens_k);
    upload.add(places.lengths, &call.seqused_k);
}

Tensor queries(const FlashCall &call, const Tensor &x, int64_t axis = 0) {
    return call.all_queries ? x : x.index_select(axis, call.query_rows);
}
Tensor keys(const FlashCall &call, const Tensor &x) {
    return call.all_keys ? x : x.index_select(0, call.key_rows);
}

/// Merges a call's result into that of the earlier ones, in place:
///   lse' = log(e^lse + e^part_lse),   out' = out e^(lse - lse') + part e^(part_lse - lse').
void merge(const FlashCall &call, const Tensor &out, const Tensor &lse, const Tensor &part,
           const Tensor &part_lse) {
    auto &rows = call.query_rows;
    if (has_kernels(out)) {
        launch(
            Kernel::attention_merge, out, {part.size(0)},
            threads_per_row(out, out.size(1) * out.size(2)),
            {out, lse, part, part_lse, rows, lse.stride(0), lse.stride(1), part_lse.stride(0),
             part_lse.stride(1), out.size(1), out.size(2)});
        return;
    }
    auto old = lse.index_select(1, rows);
    auto merged = at::logaddexp(old, part_lse);
    auto share = [&](const Tensor &x) { return (x - merged).exp_().t().unsqueeze(-1); };
    auto sum = out.index_select(0, rows) * share(old) + part * share(part_lse);
    out.index_copy_(0, rows, sum.to(out.scalar_type()));
    lse.index_copy_(1, rows, merged);
}

/// Output [rows, heads, size] and log-sum-exp [heads, rows] of one call, for its rows of `query`.
std::pair<Tensor, Tensor> forward(const FlashCall &call, const Tensor &query, const Tensor &key,
                                  const Tensor &value, double scale) {
    auto run = [&](const Tensor &q, const Tensor &k, const Tensor &v) {
        if (call.composed) return compose_varlen(call, q, k, v, scale);
        auto result = at::_flash_attention_forward(
            q, k, v, call.cu_seqlens_q, call.cu_seqlens_k, call.max_seqlen_q, call.max_seqlen_k,
            /*dropout_p=*/0, call.causal, /*return_debug_mask=*/false, scale,
            /*window_size_left=*/std::nullopt, /*window_size_right=*/std::nullopt,
            call.seqused_k.defined() ? std::optional(call.seqused_k) : std::nullopt);
        return std::pair(std::get<0>(result), std::get<1>(result));
    };
    if (!call.packs) return run(query, keys(call, key), keys(call, value));
    auto rows = query.size(0), heads = query.size(1), size = query.size(2);
    auto one_head = [&](const Tensor &x) {
        return x.as_strided({(x.size(1) - 1) * x.stride(1) / size + x.size(0), 1, size},
                            {size, size, 1});
    };
    auto [out, lse] = run(query.view({rows * heads, 1, size}), one_head(key), one_head(value));
    return {out.view({rows, heads, size}), lse.view({rows, heads}).t()};
}

/// Sums gradients in one order: the same training twice has the same bits.
struct DeterministicScope {
    at::Context &context = at::globalContext();
    bool before = context.deterministicAlgorithms();
    bool warned = context.deterministicAlgorithmsWarnOnly();
    bool filled = context.deterministicFillUninitializedMemory();
    DeterministicScope() {
        context.setDeterministicAlgorithms(true, false);
        // Else every new tensor is filled with NaN first.
        context.setDeterministicFillUninitializedMemory(false);
    }
    ~DeterministicScope() {
        context.setDeterministicAlgorithms(before, warned);
        context.setDeterministicFillUninitializedMemory(filled);
    }
};

/// Adds a call's gradient to the sum, which begins as zeros where the call has some rows alone.
void add(Tensor &sum, const Tensor &part, bool all, const Tensor &rows, bool distinct,
         const Tensor &like) {
    if (all) return void(sum = sum.defined() ? sum.add_(part) : part);
    if (!sum.defined()) sum = at::zeros_like(like);
    std::optional<DeterministicScope> ordered; // sorts the rows first
    if (!distinct) ordered.emplace();
    sum.index_add_(0, rows, part);
}

} // namespace

bool ct::has_flash_attention(const Tensor &query) {
    auto type = query.scalar_type();
    auto size = query.size(2);
    return query.is_cuda() && (type == at::kBFloat16 || type == at::kHalf) && size % 8 == 0 &&
           size <= 256 && ct_cuda_capability(query.get_device()) >= 80;
}

bool ct::are_flash_calls(const AttentionWaves &waves) {
    for (auto &wave : waves)
        for (auto &r : wave)
            if (r.causal && r.query_count > r.key_count) return false;
    return !waves.empty();
}

std::vector<FlashCall> ct::flash_calls(const AttentionWaves &waves, const Tensor &query,
                                       const Tensor &key, bool with_gradient, bool composed) {
    Upload upload;
    std::vector<FlashCall> calls;
    calls.reserve(2 * waves.size()); // the upload keeps the calls' addresses
    for (auto &wave : waves)
        for (bool causal : {true, false})
            if (std::any_of(wave.begin(), wave.end(), [&](auto &r) { return r.causal == causal; }))
                make_call(calls.emplace_back(), wave, causal, query, key, with_gradient, upload);
    upload.on_device(query.device());
    for (auto &call : calls) call.composed = composed;
    return calls;
}

std::pair<Tensor, Tensor> ct::flash_attention(const std::vector<FlashCall> &calls,
                                              const Tensor &query, const Tensor &key,
                                              const Tensor &value, double scale) {
    Tensor out, lse;
    for (auto &call : calls) {
        auto [part, part_lse] = forward(call, queries(call, query), key, value, scale);
        if (call.merges) {
            merge(call, out, lse, part, part_lse);
        } else if (call.all_queries) {
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
        auto q = queries(call, query), k = keys(call, key), v = keys(call, value);
        auto g = queries(call, dO), o = queries(call, out), l = queries(call, lse, 1);
        Tensor dQ, dK, dV;
        if (call.composed) {
            auto parts = compose_varlen_backward(call, g, q, k, v, o, l, scale);
            std::tie(dQ, dK, dV) = std::tie(parts[0], parts[1], parts[2]);
        } else {
            DeterministicScope ordered;
            std::tie(dQ, dK, dV) = at::_flash_attention_backward(
                g, q, k, v, o, l, call.cu_seqlens_q, call.cu_seqlens_k, call.max_seqlen_q,
                call.max_seqlen_k,
                /*dropout_p=*/0, call.causal, without_dropout, without_dropout, scale);
        }
        add(sums[0], dQ, call.all_queries, call.query_rows, /*distinct=*/true, query);
        add(sums[1], dK, call.all_keys, call.key_rows, call.distinct_keys, key);
        add(sums[2], dV, call.all_keys, call.key_rows, call.distinct_keys, value);
    }
    return sums;
}
