// Attention over tiles: rectangles become work items, which threads take; gradients are summed in
// the order of the items. bfloat16 is computed as it is, or as float16 or float32, as
// gemm_dispatch.h says.
#include "attention/attention_decode.h"
#include "attention/tile_work.h"
#include "gemm/gemm_dispatch.h"
#include "support/parallel.h"

using at::Tensor;
using namespace ct;

namespace {

/// Query rows of one work item, so that several threads can share a long rectangle.
constexpr ptrdiff_t rows_per_item = 512;

/// Key rows of the work items whose parts of dK and dV are in memory at one time.
constexpr ptrdiff_t key_rows_per_slice = 1 << 16;

std::vector<WorkItem> work_items(const std::vector<AttentionRectangle> &wave, ptrdiff_t key_heads) {
    std::vector<WorkItem> items;
    for (auto &r : wave)
        for (ptrdiff_t first = 0; first < r.query_count; first += rows_per_item)
            for (ptrdiff_t head = 0; head < key_heads; ++head)
                items.push_back({&r, head, first, std::min(rows_per_item, r.query_count - first)});
    return items;
}

/// The item's rows one by one, without tiles.
template <typename T>
void forward_rows(const WorkItem &item, const Operands<T> &x, float *out, float *lse) {
    auto &r = *item.rectangle;
    auto head = item.key_head * x.group;
    for (ptrdiff_t i = item.first; i < item.first + item.count; ++i) {
        auto row = r.query_start + i, count = r.causal ? std::min(i + 1, r.key_count) : r.key_count;
        DecodeRow<T> one{{x.Q + (row * x.heads + head) * x.size, x.group, x.size, x.size},
                         x.keys(x.K, r.key_start, item.key_head, count),
                         x.keys(x.V, r.key_start, item.key_head, count),
                         x.scale,
                         r.merges};
        attention_decode(one, out + (row * x.heads + head) * x.size, lse + row * x.heads + head);
    }
}

float *floats(const Tensor &x) { return x.defined() ? elements<float>(x) : nullptr; }

/// All gradients of some work items of a wave.
template <typename E, typename T>
void backward_slice(const std::vector<WorkItem> &items, const Operands<T> &x,
                    const BackwardArrays<T> &arrays, const Tensor &dK, const Tensor &dV) {
    std::vector<std::vector<float>> dK_parts(items.size()), dV_parts(items.size());
    for_each_item(static_cast<ptrdiff_t>(items.size()), [&](ptrdiff_t i) {
        auto part = [&](std::vector<float> &store, const Tensor &wanted) -> float * {
            if (!wanted.defined()) return nullptr;
            store.resize(tile_count(items[i].keys()) * tile * x.size); // zeros
            return store.data();
        };
        auto *dK_part = part(dK_parts[i], dK), *dV_part = part(dV_parts[i], dV);
        backward_tiles<E>(items[i], x, arrays, dK_part, dV_part);
    });
    // In the order of the items, whichever thread computed them: the bits are always the same.
    for_each_item(x.key_heads, [&](ptrdiff_t head) {
        for (size_t i = 0; i < items.size(); ++i) {
            if (items[i].key_head != head) continue;
            auto add = [&](const std::vector<float> &part, const Tensor &to) {
                if (!to.defined()) return;
                auto count = items[i].keys();
                auto sums = x.keys(floats(to), items[i].rectangle->key_start, head, count);
                for (ptrdiff_t row = 0; row < count; ++row)
                    for (ptrdiff_t d = 0; d < x.size; ++d)
                        sums.row(row)[d] += part[row * x.size + d];
            };
            add(dK_parts[i], dK);
            add(dV_parts[i], dV);
        }
    });
}

/// Whether a bfloat16 product of whole numbers comes out exactly.
bool gemm_is_exact(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool accumulate) {
    std::vector<float> A(m * k), B(k * n), C(m * n, 1);
    for (ptrdiff_t i = 0; i < m * k; ++i) A[i] = static_cast<float>(i * 7 % 11 - 5);
    for (ptrdiff_t i = 0; i < k * n; ++i) B[i] = static_cast<float>(i * 5 % 13 - 6);
    auto to_bfloat = [](const std::vector<float> &from) {
        std::vector<BFloat> to(from.size());
        for (size_t i = 0; i < from.size(); ++i) to[i] = from_float<BFloat>(from[i]);
        return to;
    };
    std::vector<BFloat> packed(packed_size(k, n));
    try {
        pack(TileView<const BFloat>{to_bfloat(B).data(), k, n, n}, packed.data());
        tile_gemm(1, TileView<const BFloat>{to_bfloat(A).data(), m, k, k}, {packed.data(), k},
                  {C.data(), m, n, n}, accumulate);
        release_gemm<BFloat>();
    } catch (const std::exception &) {
        return false;
    }
    for (ptrdiff_t i = 0; i < m; ++i)
        for (ptrdiff_t j = 0; j < n; ++j) {
            float sum = accumulate ? 1 : 0;
            for (ptrdiff_t d = 0; d < k; ++d) sum += A[i * k + d] * B[d * n + j];
            if (C[i * n + j] != sum) return false;
        }
    return true;
}

/// Whether the processor's bfloat16 products take operands in our layout. Products of small whole
/// numbers, which are exact, tell it once.
bool has_bfloat_gemm() {
    static const bool answer = gemm_is_exact(32, 48, 64, true) &&
                               gemm_is_exact(48, 16, 80, false) &&
                               gemm_is_exact(16, 64, 48, true) && gemm_is_exact(64, 64, 16, false);
    return answer;
}

/// Calls `body` with tags of the types that tensors like `x` are computed in and stored in, and
/// with a function that converts a tensor to the stored type.
template <typename Body> void with_tile_types(const Tensor &x, Body &&body) {
    auto same = [](const Tensor &y) { return y; };
    bool is_bfloat = x.scalar_type() == at::kBFloat16 && x.size(2) % 2 == 0;
    auto backend = default_gemm_backend();
#if CT_HAS_F16_KERNELS
    if (is_bfloat && backend == ct_gemm_float16 && f16::has_gemm_tile(x.size(2)))
        return body(type_tag<Half>(), type_tag<BFloat>(), same);
#endif
    if (is_bfloat && backend == ct_gemm_library && has_bfloat_gemm())
        return body(type_tag<BFloat>(), type_tag<BFloat>(), same);
    body(type_tag<float>(), type_tag<float>(), [](const Tensor &y) { return y.to(at::kFloat); });
}

} // namespace

bool ct::has_attention_tiles(const Tensor &query) {
    return query.is_cpu() &&
           (query.scalar_type() == at::kFloat || query.scalar_type() == at::kBFloat16);
}

void ct::attention_tiles(const AttentionWaves &waves, const Tensor &query, const Tensor &key,
                         const Tensor &value, double scale, const Tensor &out, const Tensor &lse) {
    with_tile_types(query, [&](auto computed, auto stored, auto convert) {
        using E = typename decltype(computed)::type;
        using T = typename decltype(stored)::type;
        auto q = convert(query), k = convert(key), v = convert(value);
        Operands<T> x(q, k, v, scale);
        for (auto &wave : waves) {
            auto items = work_items(wave, x.key_heads);
            for_each_item(static_cast<ptrdiff_t>(items.size()), [&](ptrdiff_t i) {
                auto *compute =
                    items[i].rectangle->row_wise ? forward_rows<T> : forward_tiles<E, T>;
                compute(items[i], x, floats(out), floats(lse));
            });
        }
    });
}

void ct::attention_tiles_backward(const AttentionWaves &waves, const Tensor &query,
                                  const Tensor &key, const Tensor &value, double scale,
                                  const Tensor &dO, const Tensor &out, const Tensor &lse,
                                  const Tensor &dQ, const Tensor &dK, const Tensor &dV) {
    with_tile_types(query, [&](auto computed, auto stored, auto convert) {
        using E = typename decltype(computed)::type;
        using T = typename decltype(stored)::type;
        auto q = convert(query), k = convert(key), v = convert(value);
        auto grad = convert(dO), o = convert(out);
        Operands<T> x(q, k, v, scale);
        BackwardArrays<T> arrays{elements<T>(grad), elements<T>(o), floats(lse), floats(dQ)};
        for (auto &wave : waves) {
            auto items = work_items(wave, x.key_heads);
            for (size_t begin = 0, end; begin < items.size(); begin = end) {
                ptrdiff_t rows = 0;
                for (end = begin; end < items.size() && rows < key_rows_per_slice; ++end)
                    rows += tile_count(items[end].keys()) * tile;
                backward_slice<E>({items.begin() + begin, items.begin() + end}, x, arrays, dK, dV);
            }
        }
    });
}
