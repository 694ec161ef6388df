// ct_forest_attention: O = softmax(Q Kᵀ · scale) V over a packed forest, block by block.
//
// A row's softmax runs over several blocks: each gives its output and log-sum-exp, which are
// merged. The backward pass calls each block's backward with the merged output and log-sum-exp and
// sums the gradients. That is exact (ring attention, Liu et al., arXiv 2310.01889).
//
// On the CPU float32 and bfloat16 go through the tiles of attention_tiled.h, other types through
// libtorch's CPU flash attention. On CUDA a forest is a few calls of attention_flash_varlen.h; what
// these do not take is a composition of library operations, which is also the reference.
#include "attention/attention_flash_varlen.h"
#include "attention/attention_tiled.h"
#include "support/guard.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ct;
using at::Tensor;

namespace {

/// Views of a block's rows as the library takes them: [keyHeads, group, rows, headSize].
struct BlockView {
    const ct_attention_block &block;
    ptrdiff_t key_heads, group;

    Tensor query(const Tensor &all) const {
        auto head = all.stride(1);
        return view(all, block.query_start, block.query_count, group * head, head);
    }
    /// The heads of a group share a key head: their stride is 0.
    Tensor key(const Tensor &all) const {
        return view(all, block.key_start, block.key_count, all.stride(1), 0);
    }

  private:
    /// Rows of a [tokens, heads, …] tensor.
    Tensor view(const Tensor &all, ptrdiff_t start, ptrdiff_t rows, ptrdiff_t key_head,
                ptrdiff_t head) const {
        std::vector<int64_t> shape{key_heads, group, rows}, strides{key_head, head, all.stride(0)};
        if (all.dim() == 3) {
            shape.push_back(all.size(2));
            strides.push_back(all.stride(2));
        }
        return all.as_strided(shape, strides, all.storage_offset() + start * all.stride(0));
    }
};

Tensor causal_mask(const Tensor &scores) {
    return at::ones({scores.size(-2), scores.size(-1)}, scores.options().dtype(at::kBool)).triu(1);
}

/// Output and log-sum-exp (float32 or float64) of one block.
std::pair<Tensor, Tensor> forward(const Tensor &q, const Tensor &k, const Tensor &v, bool causal,
                                  double scale, bool reference) {
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

/// Gradients of one block, given the merged output and log-sum-exp.
std::tuple<Tensor, Tensor, Tensor> backward(const Tensor &dO, const Tensor &q, const Tensor &k,
                                            const Tensor &v, const Tensor &out, const Tensor &lse,
                                            bool causal, double scale, bool reference) {
    if (!reference)
        return at::_scaled_dot_product_flash_attention_for_cpu_backward(dO, q, k, v, out, lse, 0.0,
                                                                        causal, {}, scale);
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

struct Layout {
    std::vector<ct_attention_block> blocks;
    ptrdiff_t key_heads, group;
    double scale;
    bool reference;
    /// For each block, whether its rows already have a value from an earlier one.
    std::vector<bool> merges;
    bool any_merges = false;
    /// The blocks as rectangles for the tiles; empty where the tiles do not take the tensors.
    AttentionWaves waves;
    /// The waves as calls of flash attention; empty where it does not take the tensors.
    std::vector<FlashCall> flash;

    Layout(const ct_attention_block *first, ptrdiff_t count, const Tensor &query, const Tensor &key,
           double scale, bool reference)
        : blocks(first, first + count), key_heads(key.size(1)), group(query.size(1) / key.size(1)),
          scale(scale), reference(reference) {
        std::vector<bool> seen(query.size(0));
        for (auto &block : blocks) {
            auto end = block.query_start + block.query_count;
            TORCH_CHECK(block.query_count > 0 && block.key_count > 0 && block.query_start >= 0 &&
                            block.key_start >= 0 && end <= query.size(0) &&
                            block.key_start + block.key_count <= key.size(0),
                        "an attention block reaches outside its tensors");
            bool merge = seen[block.query_start];
            for (auto row = block.query_start; row < end; ++row) {
                TORCH_CHECK(seen[row] == merge, "an attention block has rows both old and new");
                seen[row] = true;
            }
            merges.push_back(merge);
            any_merges = any_merges || merge;
        }
        for (bool row : seen) TORCH_CHECK(row, "an attention query is in no block");
        if (reference) return;
        if (has_attention_tiles(query) || query.is_cuda()) make_waves(query.size(0));
        if (!query.is_cuda()) return;
        if (has_flash_attention(query, waves)) flash = flash_calls(waves, query, key);
        waves.clear();
        this->reference = true; // libtorch's single-block kernels are for the CPU alone
    }

    /// Sorts the blocks into waves: a block comes one wave after the last one with a row of its
    /// own.
    void make_waves(ptrdiff_t queries) {
        std::vector<size_t> wave_of_row(queries, 0);
        for (size_t i = 0; i < blocks.size(); ++i) {
            auto &block = blocks[i];
            auto rows = wave_of_row.begin() + block.query_start;
            auto wave = *std::max_element(rows, rows + block.query_count);
            std::fill_n(rows, block.query_count, wave + 1);
            if (waves.size() <= wave) waves.resize(wave + 1);
            waves[wave].push_back({block.query_start, block.query_count, block.key_start,
                                   block.key_count, block.causal, merges[i], block.row_wise});
        }
    }

    template <typename Body> void for_each(Body &&body) const {
        for (size_t i = 0; i < blocks.size(); ++i)
            body(BlockView{blocks[i], key_heads, group}, merges[i]);
    }
};

/// The merged output [queries, heads, headSize] and log-sum-exp [queries, heads] ([heads, queries]
/// of flash attention).
std::pair<Tensor, Tensor> run(const Layout &layout, const Tensor &q, const Tensor &k,
                              const Tensor &v) {
    if (!layout.flash.empty()) return flash_attention(layout.flash, q, k, v, layout.scale);
    auto wide = wide_type(q);
    if (!layout.waves.empty()) {
        auto out = at::empty(q.sizes(), q.options().dtype(at::kFloat));
        auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(at::kFloat));
        attention_tiles(layout.waves, q, k, v, layout.scale, out, lse);
        return {out.to(q.scalar_type()), lse};
    }
    auto out = at::empty(q.sizes(), q.options().dtype(layout.any_merges ? wide : q.scalar_type()));
    auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(wide));
    layout.for_each([&](const BlockView &r, bool merges) {
        auto [part, part_lse] =
            forward(r.query(q), r.key(k), r.key(v), r.block.causal, layout.scale, layout.reference);
        auto here = r.query(out), here_lse = r.query(lse);
        if (!merges) {
            here.copy_(part);
            here_lse.copy_(part_lse);
            return;
        }
        auto merged = at::logaddexp(here_lse, part_lse);
        here.mul_((here_lse - merged).exp_().unsqueeze(-1));
        here.add_(part.to(wide) * (part_lse - merged).exp_().unsqueeze(-1));
        here_lse.copy_(merged);
    });
    return {out.to(q.scalar_type()), lse};
}

struct ForestAttention : torch::autograd::Function<ForestAttention> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &q,
                          const Tensor &k, const Tensor &v, std::shared_ptr<Layout> layout) {
        auto [out, lse] = run(*layout, q, k, v);
        context->save_for_backward({q, k, v, out, lse});
        context->saved_data["layout"] =
            c10::IValue::make_capsule(c10::make_intrusive<Holder>(std::move(layout)));
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto &q = saved[0], &k = saved[1], &v = saved[2], &out = saved[3], &lse = saved[4];
        auto holder =
            c10::static_intrusive_pointer_cast<Holder>(context->saved_data["layout"].toCapsule());
        auto &layout = *holder->layout;
        auto dO = gradients[0].contiguous();
        if (!layout.flash.empty()) {
            auto [dQ, dK, dV] =
                flash_attention_backward(layout.flash, q, k, v, layout.scale, dO, out, lse);
            return {dQ, dK, dV, Tensor()};
        }
        if (!layout.waves.empty()) {
            auto zeros = [&](size_t index, const Tensor &like) {
                return context->needs_input_grad(index)
                           ? at::zeros(like.sizes(), like.options().dtype(at::kFloat))
                           : Tensor();
            };
            auto dQ = zeros(0, q), dK = zeros(1, k), dV = zeros(2, v);
            attention_tiles_backward(layout.waves, q, k, v, layout.scale, dO, out, lse, dQ, dK, dV);
            auto like_input = [&](const Tensor &x) {
                return x.defined() ? x.to(q.scalar_type()) : x;
            };
            return {like_input(dQ), like_input(dK), like_input(dV), Tensor()};
        }
        auto dQ = at::zeros(q.sizes(), q.options());
        auto dK = at::zeros(k.sizes(), k.options()), dV = at::zeros(v.sizes(), v.options());
        layout.for_each([&](const BlockView &r, bool) {
            auto [dq, dk, dv] =
                ::backward(r.query(dO), r.query(q), r.key(k), r.key(v), r.query(out), r.query(lse),
                           r.block.causal, layout.scale, layout.reference);
            r.query(dQ).add_(dq);
            // The heads of a group read the same keys: their gradients are summed.
            auto once = [&](const Tensor &all) { return r.key(all).select(1, 0); };
            once(dK).add_(dk.sum(1));
            once(dV).add_(dv.sum(1));
        });
        return {dQ, dK, dV, Tensor()};
    }

    struct Holder : torch::CustomClassHolder {
        std::shared_ptr<Layout> layout;
        explicit Holder(std::shared_ptr<Layout> layout) : layout(std::move(layout)) {}
    };
};

} // namespace

ct_status ct_forest_attention(ct_tensor query, ct_tensor key, ct_tensor value,
                              const ct_attention_block *blocks, ptrdiff_t block_count, double scale,
                              bool reference, ct_tensor *out) {
    return guarded([&] {
        auto &q = borrow(query), &k = borrow(key), &v = borrow(value);
        TORCH_CHECK(q.dim() == 3 && k.dim() == 3 && k.sizes() == v.sizes() && k.size(1) > 0 &&
                        q.size(1) % k.size(1) == 0 && q.size(2) == k.size(2),
                    "attention needs query [queries, heads, size] and key, value [keys, keyHeads, "
                    "size] with keyHeads dividing heads; found ",
                    q.sizes(), ", ", k.sizes(), ", ", v.sizes());
        TORCH_CHECK(same_kind(q, k) && same_kind(k, v),
                    "attention needs query, key and value of one type on one device; found ",
                    q.scalar_type(), " on ", q.device(), ", ", k.scalar_type(), " on ", k.device(),
                    ", ", v.scalar_type(), " on ", v.device());
        auto layout = std::make_shared<Layout>(blocks, block_count, q, k, scale, reference);
        if (at::GradMode::is_enabled() &&
            (q.requires_grad() || k.requires_grad() || v.requires_grad()))
            give(out, ForestAttention::apply(q.contiguous(), k.contiguous(), v.contiguous(),
                                             std::move(layout)));
        else give(out, run(*layout, q.contiguous(), k.contiguous(), v.contiguous()).first);
    });
}
